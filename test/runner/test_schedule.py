"""The learning rate: warm-up of 60 steps, linear decay to 0 (section 3)."""

from heldout_runner.schedule import learning_rate


def rates(peak, warmup, steps):
    return [learning_rate(step, peak, warmup, steps) for step in range(1, steps + 1)]


def test_the_schedule_of_the_30b_model():
    rate = rates(5e-5, 60, 4000)
    assert rate[0] == 5e-5 / 60, "the first step already learns"
    assert rate[59] == max(rate) == 5e-5, "the peak is at the end of the warm-up"
    assert rate[3999] == 5e-5 / 3941, "the last step still learns; 0 comes after it"
    assert learning_rate(4001, 5e-5, 60, 4000) == 0


def test_both_parts_are_straight_lines():
    rate = rates(1.0, 60, 8000)
    up = [after - before for before, after in zip([0.0, *rate], rate[:60])]
    down = [before - after for before, after in zip(rate[59:], [*rate[60:], 0.0])]
    assert max(up) - min(up) < 1e-12 and max(down) - min(down) < 1e-12
    assert len(up) == 60 and len(down) == 7941


def test_a_run_shorter_than_its_warm_up_only_rises():
    assert rates(1.0, 10, 3) == [0.1, 0.2, 0.3]


def test_without_warm_up_it_starts_at_the_peak():
    assert rates(1.0, 0, 4) == [1.0, 0.75, 0.5, 0.25]
