"""Every page that holds words not saved yet hides them in one way once its writer is signed out."""

from models.settings import CHECKOUT


def test_every_script_that_sends_what_is_typed_hides_it_in_one_way() -> None:
    scripts = {path.name: path.read_text("utf-8") for path in (CHECKOUT / "portal" / "static").glob("*.js")}
    sending = {name for name, text in scripts.items() if "batchOf" in text and name != "notes-log.js"}
    hiding = {name for name, text in scripts.items() if "hideWords" in text and name != "signed-out.js"}
    assert sending == hiding != set()
