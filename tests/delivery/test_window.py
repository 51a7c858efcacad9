"""The limit of bulks in flight."""

from service.delivery.window import Window


def test_it_starts_at_two_and_grows_by_one_up_to_eight() -> None:
    window = Window()
    limits = [window.limit]
    for _ in range(8):
        window.widen()
        limits.append(window.limit)
    assert limits == [2, 3, 4, 5, 6, 7, 8, 8, 8]


def test_it_is_halved_down_to_one() -> None:
    window = Window()
    for _ in range(5):
        window.widen()
    limits = []
    for _ in range(4):
        window.halve()
        limits.append(window.limit)
    assert limits == [3, 1, 1, 1]
