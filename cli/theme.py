"""`jtai theme`: checks the file of a theme, and begins a new one."""

from pathlib import Path

import click

from cli.options import answer, as_json
from models.themes import path_of, theme_ids


@click.group("theme")
def command() -> None:
    """Check the file of a theme, or begin a new one.

    A theme is one file. Put a new one into the folder that `jtai theme list` names: the announcement form lists it.
    """


@command.command("list")
@as_json
def listed(as_json: bool) -> None:
    """List the themes that there are, and where themes of your own are looked for.

    Example: jtai theme list
    """
    from models.settings import settings
    from tasks.inspection.theme_checks import usable_themes

    usable = usable_themes()
    rows = [{"theme": name, "file": str(path_of(name)), "usable": name in usable} for name in theme_ids()]
    lines = [f"{row['theme']}  {'' if row['usable'] else 'has mistakes: '}{row['file']}" for row in rows]
    lines.append(f"Themes of your own: {settings().themes_folder}")
    answer(rows, as_json=as_json, text="\n".join(lines))


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def check(file: Path, as_json: bool) -> None:
    """Check a theme's file: every mistake with its line, and what was probably meant. Exit 1 where there is one.

    Example: jtai theme check themes/front-door-2024.toml
    """
    from tasks.inspection.theme_checks import mistakes_in_file

    # The name of a theme stands for its file.
    path = path_of(str(file)) if str(file) in theme_ids() else file
    mistakes = mistakes_in_file(path)
    value = {
        "file": str(path),
        "mistakes": [{"line": each.line, "sentence": each.sentence, "meant": each.meant} for each in mistakes],
    }
    text = "\n".join(str(each) for each in mistakes) or f"{path.name} can be used."
    answer(value, as_json=as_json, text=text)
    if mistakes:
        raise SystemExit(1)


@command.command("new")
@click.argument("name")
@click.option(
    "--like", default="domestic-abuse-2024", help="The theme to begin with. domestic-abuse-2024 if not given."
)
@click.option("--out", type=click.Path(path_type=Path), help="The file to write. The name with .toml if not given.")
def new(name: str, like: str, out: Path | None) -> None:
    """Begin a new theme as a copy of another, under its own id and version 1.

    Example: jtai theme new neglect-2027 --like domestic-abuse-2024
    """
    from tasks.inspection.new_theme import begun

    path = out or Path(f"{name}.toml")
    text = begun(name, like)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.UsageError(f"{path} exists. Give another file with --out, or remove it first.") from None
    click.echo(f"{path} is written. Change it, then run: jtai theme check {path}")


@command.command("back-test")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--theme", "theme_id", required=True, help="The theme whose messages are looked for.")
@click.option("--words", is_flag=True, help="With --json: the sentences that matched, which are their publishers'.")
@as_json
def back_test(folder: Path, theme_id: str, words: bool, as_json: bool) -> None:
    """Look for a theme's messages in published letters: which are found, in which areas, and where most clearly.

    FOLDER holds their PDFs, one a file, named after the area. Nothing is fetched. docs/thematic-reports.md says how
    messages are matched. A file that is no letter is named with its reason, and the exit code is 1.

    Example: jtai theme back-test letters --theme domestic-abuse-2016
    """
    from cli.back_testing import letters_in, shown
    from models.themes import theme
    from tasks.theming.back_testing import as_json as in_json
    from tasks.theming.back_testing import back_test as tested

    chosen = theme(theme_id)
    if not chosen.messages:
        raise click.UsageError(
            f"{theme_id} has no messages to look for. docs/themes.md says how they are written in a theme's file."
        )
    letters, refused = letters_in(folder)
    test = tested(chosen.id, chosen.messages, letters)
    for sentence in refused:
        click.echo(sentence, err=True)
    answer({**in_json(test, words=words), "unread": refused}, as_json=as_json, text=shown(test))
    if refused:
        raise SystemExit(1)
