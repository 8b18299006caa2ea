"""`jtai`: every command by name, each imported only when it is called."""

import importlib
import sys

import click

# Command -> its summary; the command itself lives in the module of its name.
_COMMANDS = {
    "announce": "Announce an inspection of an area.",
    "audit": "Verify, write out or countersign the audit of an inspection.",
    "backup": "Back up the ledger, the evidence and its wrapped keys.",
    "certificate": "Check the certificate of what was destroyed.",
    "check": "Check a return before sending it, offline.",
    "clock": "Show or move the clock of a rehearsal.",
    "dpia": "Write the data protection pack of a theme: assessment input, record, flow, retention, notice.",
    "encode": "Encode the names of a return on your own machine, offline.",
    "estimate": "Estimate how many children are in no list at all.",
    "evidence": "Follow a finding to its evidence, case, return version and row.",
    "fill": "Fill the returns of a theme from an extract that you have, offline.",
    "guidance": "Write the guidance of a theme, and the empty workbooks of its returns.",
    "letters": "Read published letters from their PDF, offline.",
    "link": "Link the children of several returns.",
    "package": "Write all that an inspection is defended by, in a folder that proves itself.",
    "plan": "Propose dates and lead inspectors for the areas of a theme.",
    "public": "Write the public pages of published letters as files for a web server.",
    "rehearse": "Announce a rehearsal and make the returns of its agencies.",
    "restore": "Put a backup back into an empty stack.",
    "sample": "Draw or verify a sample.",
    "sign-in": "Sign in at this terminal, so that decisions name you.",
    "status": "Show where inspections stand.",
    "synthesise": "Make synthetic returns of one area, with the truth kept apart.",
    "template": "Write the empty workbook of a return.",
    "theme": "Check the file of a theme, or begin a new one.",
    "timetable": "Show every date of an inspection and why.",
    "token": "Let an agency's own programs in, or shut them out.",
    "upload": "Upload a return against a request.",
    "work": "List what is owed, and start again what failed too often.",
}


class _LazyGroup(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        # Late: one command must not wait for the imports of all the others.
        command: click.Command = importlib.import_module(f"cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Joint targeted area inspections, from the announcement to the published letter.

    Example: jtai check return.xlsx --return LA-DA --theme domestic-abuse-2024 --announce 2025-02-24
    """


def main() -> None:
    """Run the command line; whatever goes wrong is one sentence and a non-zero exit, never a traceback."""
    from cli.errors import sentence_for
    from validation.engine.confinement import leave_no_dump

    # Some commands hold a file, others the keys of everything.
    leave_no_dump()
    try:
        # Click would print what is wrong and exit by itself, with statuses of its own.
        sys.exit(group.main(standalone_mode=False))
    # 130 is what a shell reports of a program that Ctrl-C ended.
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        click.echo(f"jtai: {error.format_message()}", err=True)
        sys.exit(2)
    except Exception as error:
        click.echo(f"jtai: {sentence_for(error)}", err=True)
        sys.exit(2)
