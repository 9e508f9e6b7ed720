"""The sampler: what is decoded and shown for a wanted period and a measured GOP."""

from __future__ import annotations

import itertools

import pytest

from streams.sampler import Sampler, phase_of

RATE = 25


def play(
    sampler: Sampler, seconds: float, gop: float, start: float = 0.0
) -> dict[str, list[float]]:
    """Play a camera without B-frames; return the times decoded and shown."""
    seen: dict[str, list[float]] = {"decoded": [], "shown": []}
    per_gop = round(gop * RATE)
    for index in range(round(seconds * RATE)):
        at, key = start + index / RATE, index % per_gop == 0
        if sampler.decode(key, at):
            seen["decoded"].append(at)
            if sampler.show(key, at):
                seen["shown"].append(at)
    return seen


def gaps(times: list[float]) -> list[float]:
    return [b - a for a, b in itertools.pairwise(times)]


def test_every_picture_is_shown_at_period_zero() -> None:
    sampler = Sampler([0.0, 5.0])
    seen = play(sampler, 10, gop=2)
    assert len(seen["shown"]) == 250
    assert sampler.mode == "every picture"
    assert not sampler.drain


def test_n_a_second_decodes_all_and_shows_few() -> None:
    sampler = Sampler([0.2, 2.0])
    seen = play(sampler, 10, gop=2)
    assert len(seen["decoded"]) == 250
    assert gaps(seen["shown"]) == pytest.approx([0.2] * 49)
    assert sampler.mode == "5 pictures a second"


def test_all_is_decoded_until_the_gop_is_known_then_key_frames() -> None:
    sampler = Sampler([2.0])
    before = play(sampler, 1.9, gop=2)
    assert len(before["decoded"]) == round(1.9 * RATE)
    assert "measuring" in sampler.mode
    play(sampler, 0.1, gop=9, start=1.9)
    sampler = Sampler([2.0])
    seen = play(sampler, 30, gop=2)
    late = [at for at in seen["decoded"] if at > 5]
    assert all(at % 2 == 0 for at in late)
    assert gaps(seen["shown"]) == pytest.approx([2.0] * 14)
    assert sampler.drain
    assert sampler.mode == "key frames"


def test_a_longer_period_takes_every_nth_key_frame() -> None:
    sampler = Sampler([7.0])
    seen = play(sampler, 120, gop=2)
    assert sampler.mode == "1 of 3 key frames"
    late = [at for at in seen["decoded"] if at > 20]
    assert gaps(late) == pytest.approx([6.0] * (len(late) - 1))
    assert set(late) <= set(seen["shown"])
    assert max(gaps(seen["shown"])) <= 7.0


def test_a_gop_longer_than_the_period_decodes_all() -> None:
    sampler = Sampler([1.0])
    seen = play(sampler, 20, gop=4)
    assert len(seen["decoded"]) == 500
    assert gaps(seen["shown"]) == pytest.approx([1.0] * 19)


def test_a_stretched_gop_falls_back_and_is_forgiven_later() -> None:
    sampler = Sampler([2.0])
    play(sampler, 20, gop=2)
    drained = [sampler.drain]
    stretched = play(sampler, 40, gop=10, start=20)
    # one GOP is missed before the stretch is known; from its end on all is decoded
    assert [at for at in stretched["decoded"] if at < 30] == [20.0]
    assert len([at for at in stretched["decoded"] if at >= 30]) == 30 * RATE
    drained.append(sampler.drain)
    play(sampler, 20, gop=2, start=60)
    assert [*drained, sampler.drain] == [True, False, True]


def test_keys_that_come_in_one_burst_are_not_relied_on() -> None:
    sampler = Sampler([2.0])
    for index in range(3):
        assert sampler.decode(True, index / RATE)
    assert not sampler.drain
    assert sampler.decode(False, 3 / RATE)


def test_nothing_is_decoded_before_the_first_key_packet() -> None:
    sampler = Sampler([0.0])
    assert not sampler.decode(False, 0.0)
    assert sampler.decode(True, 0.04)
    assert sampler.decode(False, 0.08)


def test_nothing_wanted_decodes_nothing() -> None:
    sampler = Sampler([])
    assert play(sampler, 10, gop=2) == {"decoded": [], "shown": []}
    assert sampler.mode.startswith("off")
    assert sampler.gop == 2.0


def test_periods_change_live_with_the_next_key() -> None:
    sampler = Sampler([2.0])
    play(sampler, 20, gop=2)
    sampler.replace([0.2])
    # the decoder was not given this GOP from its start: it has nothing to continue from
    assert not sampler.decode(False, 20.04)
    assert sampler.decode(True, 22.0)
    assert sampler.decode(False, 22.04)
    sampler.replace([])
    assert not sampler.show(False, 22.04)
    assert not sampler.decode(True, 24.0)


def test_the_first_drained_key_is_always_decoded() -> None:
    sampler = Sampler([7.0])
    seen = play(sampler, 12, gop=2)
    first_drained = 8.0
    assert first_drained in seen["decoded"]
    assert first_drained + 0.04 not in seen["decoded"]


def test_a_new_session_measures_anew() -> None:
    sampler = Sampler([2.0])
    play(sampler, 20, gop=2)
    sampler.restart()
    assert sampler.gop is None
    seen = play(sampler, 4, gop=4)
    assert len(seen["decoded"]) == 100


def test_no_promise_is_missed_with_jittering_timestamps() -> None:
    sampler = Sampler([0.2])
    shown = []
    for index in range(500):
        at = index / RATE + (0.001 if index % 2 else 0.0)
        if sampler.decode(index % 50 == 0, at) and sampler.show(index % 50 == 0, at):
            shown.append(at)
    assert max(gaps(shown)) < 0.21
    assert len(shown) == 100


def test_a_negative_period_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        Sampler([-1.0])


def test_cameras_of_one_moment_are_shifted_and_keep_their_period() -> None:
    times = {}
    for camera in ("gate", "yard", "roof", "quay"):
        sampler = Sampler([10.0], phase_of(camera))
        shown = play(sampler, 120, gop=2)["shown"]
        times[camera] = [at % 10 for at in shown if at > 30]
        assert set(gaps([at for at in shown if at > 30])) == {10.0}
        assert len(set(times[camera])) == 1
    assert len({at[0] for at in times.values()}) > 1


def test_it_is_known_whether_key_frames_suffice() -> None:
    sampler = Sampler([4.0])
    known = [sampler.keys_suffice]
    play(sampler, 10, gop=2)
    known.append(sampler.keys_suffice)
    for periods in ([1.0], []):
        sampler.replace(periods)
        known.append(sampler.keys_suffice)
    assert known == [None, True, False, None]


def test_a_damaged_choice_is_made_up_for_by_the_next_key_frame() -> None:
    sampler = Sampler([6.0])
    chosen = []
    for index in range(20):
        at = index * 2.0
        if sampler.decode(True, at) and sampler.show(True, at):
            chosen.append(at)
            if at == 18.0:
                sampler.retry()
    assert chosen == [0.0, 6.0, 12.0, 18.0, 20.0, 26.0, 32.0, 38.0]
