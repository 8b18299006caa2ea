"""How far work has come: said where somebody watches, and for nothing elsewhere."""

from tasks.ground.progress import Progress, at, tracked


def test_a_step_is_noted_where_somebody_watches() -> None:
    progress = Progress()
    with tracked(progress):
        at(0.2, "linking")
    assert progress == Progress(0.2, "linking")


def test_nothing_is_noted_after_the_block_or_without_one() -> None:
    progress = Progress()
    with tracked(progress):
        pass
    at(0.9, "storing")
    assert progress == Progress()
