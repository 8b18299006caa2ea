"""`jtai token`: let an agency's own programs in, or shut them out."""

import click

from cli.options import answer, as_json
from models.words import long, noun, plural


@click.command(epilog="Example: jtai token reading-domestic-abuse-2024-20270118 police --name exports")
@click.argument("inspection")
@click.argument("agency")
@click.option("--name", default="program", help="What the program is, for example exports.")
@click.option("--days", default=90, type=click.IntRange(1, 366), help="How many days the token works.")
@click.option("--revoke", is_flag=True, help="Revoke every token of the agency instead.")
@as_json
def command(inspection: str, agency: str, name: str, days: int, revoke: bool, as_json: bool) -> None:
    """Make a token by which an agency's own programs send returns. It is shown once and never again."""
    from tasks.people.tokens import make_token, revoke_tokens

    by = "operator: command line"
    if revoke:
        count = revoke_tokens(inspection, agency, by=by)
        answer(
            {"revoked": count},
            as_json=as_json,
            text=f"{plural(count, 'token')} of {agency} no longer {noun(count, 'works', 'work')}.",
        )
        return
    made, until = make_token(inspection, agency, name, by=by, days=days)
    value = {"token": made, "expires": until.isoformat()}
    answer(value, as_json=as_json, text=f"{made}\nIt works until {long(until)} and will not be shown again.")
