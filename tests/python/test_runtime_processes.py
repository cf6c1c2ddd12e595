"""Kernels among threads, signals and forks: the GIL, Ctrl-C, the pool, the environment. Kernels are hand-written."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from native_kernels import dispatcher

import rooftop

HERE = Path(__file__).resolve().parent
# What is promised, and what a machine with other work on it is forgiven.
LATENCY = 0.05
SLACK = 2.0  # what a loaded machine is forgiven


def one(x):
    return x


@pytest.fixture(autouse=True)
def two_threads():
    before = rooftop.get_num_threads()
    rooftop.set_num_threads(2)
    yield
    rooftop.set_num_threads(before)


def longest_wait_in_ms(call) -> float:
    """How long this thread had to wait at most while `call` ran on another."""
    done = threading.Event()
    thread = threading.Thread(target=lambda: (call(), done.set()))
    longest = 0.0
    before = time.perf_counter()
    thread.start()
    while not done.is_set():
        longest = max(longest, time.perf_counter() - before)
        before = time.perf_counter()
        time.sleep(0.001)
    thread.join()
    return longest * 1e3


def test_the_gil_is_released_where_the_compiler_says_so():
    assert longest_wait_in_ms(lambda: dispatcher(one, "sleep_300_ms")(1)) < 150


def test_the_gil_is_kept_where_the_compiler_says_so():
    assert longest_wait_in_ms(lambda: dispatcher(one, "sleep_300_ms", releases_gil=False)(1)) > 250


def triples(a):
    total = 0.0
    for _ in range(len(a)):
        for _ in range(len(a)):
            for k in range(len(a)):
                total = total * 0.5 + a[k]
    return total


def test_loops_over_tiny_arrays_that_run_for_long_release_the_gil_after_all():
    f = rooftop.jit(triples)
    f(np.ones(2))
    few = np.ones(600)
    start = time.perf_counter()
    assert longest_wait_in_ms(lambda: f(few)) < 100
    assert time.perf_counter() - start > 0.15


class Interrupted(Exception):
    pass


def interrupt_after(seconds: float, call) -> float:
    """Raises in a signal handler while `call` runs; returns how long the call went on."""
    sent = []

    def handler(number, frame):
        raise Interrupted

    def send():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, handler)
    timer = threading.Timer(seconds, send)
    timer.start()
    try:
        with pytest.raises(Interrupted):
            call()
        return time.monotonic() - sent[0]
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize("kernel", ["spin_forever", "spin_on_all_threads"])
@pytest.mark.parametrize("releases_gil", [True, False])
def test_a_signal_stops_a_kernel(kernel, releases_gil):
    f = dispatcher(one, kernel, releases_gil=releases_gil)
    assert interrupt_after(0.2, lambda: f(1)) < LATENCY + SLACK


def test_a_signal_stops_a_kernel_after_a_quiet_time():
    f = dispatcher(one, "spin_forever")
    dispatcher(one, "nothing")(1)
    time.sleep(1.5)  # the ticker sleeps by now
    assert interrupt_after(0.2, lambda: f(1)) < LATENCY + SLACK


def test_a_handler_that_does_not_raise_lets_the_kernel_go_on():
    ticks = []

    def handler(number, frame):
        ticks.append(time.monotonic())
        if len(ticks) == 5:
            signal.setitimer(signal.ITIMER_REAL, 0)  # a busy machine may be late for the next
            raise Interrupted

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.03, 0.03)
    try:
        with pytest.raises(Interrupted):
            dispatcher(one, "spin_on_all_threads")(1)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(ticks) >= 5  # one more may have been on its way


def test_a_handler_may_run_kernels_itself():
    fill = dispatcher(one, "fill_in_parallel")
    data = np.zeros(100_000)

    def handler(number, frame):
        fill(data)
        raise Interrupted

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(Interrupted):
            dispatcher(one, "spin_on_all_threads")(1)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert np.array_equal(data, np.arange(100_000.0))


CTRL_C = """
import os, signal, sys, threading, time
sys.path.insert(0, {here!r})
from native_kernels import dispatcher
f = dispatcher(lambda x: x, {kernel!r})
dispatcher(lambda x: x, "nothing")(1)
sent = []
def send():
    time.sleep(0.2)
    sent.append(time.monotonic())
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=send).start()
try:
    f(1)
except KeyboardInterrupt:
    print(time.monotonic() - sent[0])
dispatcher(lambda x: x, "nothing")(1)
print("usable")
"""


@pytest.mark.parametrize("kernel", ["spin_forever", "spin_on_all_threads"])
def test_ctrl_c_is_a_keyboard_interrupt(run_python, kernel):
    result = run_python(CTRL_C.format(here=str(HERE), kernel=kernel))
    latency, usable = result.stdout.split()
    assert usable == "usable"
    assert float(latency) < LATENCY + SLACK


def test_ctrl_c_in_the_main_thread_leaves_other_threads_running():
    f = dispatcher(one, "fill_in_parallel")
    data = np.zeros(100_000)
    problems = []
    stop = threading.Event()

    def work():
        try:
            while not stop.is_set():
                f(data)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is a failure
            problems.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        interrupt_after(0.1, lambda: dispatcher(one, "spin_on_all_threads")(1))
    finally:
        stop.set()
        thread.join()
    assert problems == []


def helpers() -> int:
    names = []
    for task in Path("/proc/self/task").iterdir():
        # A joined thread may still be on its way out.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            names.append((task / "comm").read_text().strip())
    return sum(name.startswith("rooftop-") and name != "rooftop-tick" for name in names)


def test_parallel_loops_of_many_threads_share_the_pool():
    f = dispatcher(one, "fill_in_parallel")
    wrong = []
    before = helpers()  # other tests have used more threads

    def work():
        data = np.zeros(20_000)
        for _ in range(50):
            data[:] = -1
            f(data)
            if not np.array_equal(data, np.arange(20_000.0)):
                wrong.append(data)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert helpers() == max(before, 1)


def waited_for(pid: int) -> int:
    """The exit code of a child; -1 of one that had to be killed because it did not end."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return -1


def exit_code(child) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = 0 if child() else 1
        finally:
            os._exit(code)
    return waited_for(pid)


def fills() -> bool:
    data = np.zeros(50_000)
    dispatcher(one, "fill_in_parallel")(data)
    return np.array_equal(data, np.arange(50_000.0))


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_computes_in_parallel():
    assert fills()
    assert exit_code(fills) == 0
    assert fills()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_while_other_threads_compute_does_not_hang_the_child():
    stop = threading.Event()

    def work():
        while not stop.is_set():
            fills()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        codes = [exit_code(fills) for _ in range(10)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert codes == [0] * 10


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_can_be_interrupted():
    def child():
        return interrupt_after(0.1, lambda: dispatcher(one, "spin_on_all_threads")(1)) < 1

    dispatcher(one, "nothing")(1)
    assert exit_code(child) == 0


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_in_a_signal_handler_stops_the_loop_in_the_child_only():
    parent = os.getpid()
    codes = []

    def handler(number, frame):
        if codes:
            raise Interrupted
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)  # a child never gets here again: it would fork without end
            return
        codes.append(waited_for(pid))
        signal.setitimer(signal.ITIMER_REAL, 0.02)

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        dispatcher(one, "spin_on_all_threads")(1)
    except BaseException as error:  # noqa: BLE001 - in the child nothing may escape
        if os.getpid() != parent:
            os._exit(7 if isinstance(error, RuntimeError) and "forked by a signal handler" in str(error) else 1)
        assert isinstance(error, Interrupted)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert codes == [7]


def test_scratch_memory_is_aligned_and_impossible_amounts_raise():
    f = dispatcher(one, "scratch", "int")
    assert [f(size) for size in (0, 1, 1000, 1 << 20, 1 << 24)] == [0] * 5
    with pytest.raises(ValueError):
        f(1 << 60)


def test_threads_can_be_set_and_are_checked():
    rooftop.set_num_threads(3)
    assert rooftop.get_num_threads() == 3
    for bad in (0, -1, 513, 1 << 80, -(1 << 80)):
        with pytest.raises(ValueError, match="the number of threads must be from 1 to 512"):
            rooftop.set_num_threads(bad)
    with pytest.raises(TypeError):
        rooftop.set_num_threads(2.0)
    assert rooftop.get_num_threads() == 3


def threads_in_child(**variables) -> subprocess.CompletedProcess:
    program = "import rooftop; print(rooftop.get_num_threads())"
    environment = {name: value for name, value in os.environ.items() if name != "ROOFTOP_NUM_THREADS"}
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={**environment, **variables}
    )


def test_the_environment_sets_the_threads():
    assert threads_in_child(ROOFTOP_NUM_THREADS="5").stdout == "5\n"


def test_a_wrong_setting_is_warned_about_and_ignored():
    result = threads_in_child(ROOFTOP_NUM_THREADS="many")
    assert result.stdout == threads_in_child().stdout
    assert "RuntimeWarning: ROOFTOP_NUM_THREADS='many' is not a whole number from 1 to 512; using" in result.stderr


def test_the_affinity_mask_is_respected():
    cpus = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cpus)})
    try:
        assert threads_in_child().stdout == "1\n"
    finally:
        os.sched_setaffinity(0, cpus)


def test_the_process_ends_while_a_daemon_thread_computes(run_python):
    result = run_python(f"""
        import sys, threading, time
        sys.path.insert(0, {str(HERE)!r})
        from native_kernels import dispatcher
        f = dispatcher(lambda x: x, "spin_forever")
        g = dispatcher(lambda x: x, "spin_on_all_threads")
        threading.Thread(target=f, args=(1,), daemon=True).start()
        threading.Thread(target=g, args=(1,), daemon=True).start()
        time.sleep(0.2)
        print("done")
    """)
    assert (result.returncode, result.stdout) == (0, "done\n"), result.stderr


def test_threads_that_end_give_their_state_back():
    f = dispatcher(one, "scratch", "int")

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def round_of_threads():
        threads = [threading.Thread(target=f, args=(1 << 20,)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    round_of_threads()
    gc.collect()
    before = resident()
    for _ in range(10):
        round_of_threads()
    assert resident() - before < 50 << 20
