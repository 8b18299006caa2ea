"""`jtai upload`: send a return against a request; prints the receipt."""

from pathlib import Path

import click

from cli.options import answer, as_json


@click.command(epilog="Example: jtai upload POL-1.csv --request reading-domestic-abuse-2024-20270118-pol-1")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--request", "request_id", required=True, help="Id of the request, as `jtai status` shows it.")
@click.option("--add", "adds", is_flag=True, help="One more file of the newest version, instead of all of the return.")
@click.option(
    "--shared", is_flag=True, help="Use the file for every return that it holds, for example an Annex A workbook."
)
@as_json
def command(file: Path, request_id: str, adds: bool, shared: bool, as_json: bool) -> None:
    """Upload a return. It is stored, acknowledged with a receipt, and checked soon after."""
    from tasks.ground import store
    from tasks.returns.uploads import check_size, open_upload, receipt_of, upload_completed

    check_size(file.stat().st_size)
    upload = open_upload(request_id, file.name, uploader="operator: command line", adds=adds, shared=shared)
    with file.open("rb") as stream:
        store.put_stream(upload.key, stream, filename=file.name)
    receipt = upload_completed(upload.id)
    # The receipt of bytes that came before names their own object, whose key has another upload's id.
    same = upload.id not in receipt.key
    value = receipt_of(receipt)
    came = "No new version: these are the very bytes of" if same else "Received as"
    text = (
        f"{came} version {receipt.version}: {receipt.size:,} bytes, SHA-256 {receipt.sha256}, "
        f"{receipt.result.scanned} for malware."
    )
    answer(value, as_json=as_json, text=text)
