"""if, while, break, continue, else, early returns, names bound on some paths only, order of evaluation."""

from .registry import case, cases, grid, options
from .values import INF, NAN, SMALL_INTS, f64, i64


@cases(*SMALL_INTS)
def if_elif_else(n):
    if n < 0:
        kind = -1
    elif n == 0:
        kind = 0
    elif n < 5:
        kind = 1
    else:
        kind = 2
    return kind


@grid((0, 1), (0, 1), (0, 1))
def nested_ifs(a, b, c):
    r = 0
    if a:
        if b:
            if c:
                r = 7
            else:
                r = 6
        elif c:
            r = 5
    else:
        if b or c:
            r = 3 if b and c else 1
    return r


@cases(*SMALL_INTS)
def early_returns(n):
    if n == 0:
        return 100
    if n < 0:
        return -n
    if n > 5:
        return n * 2
    return n


@cases(0, 1, 5, -3)
def while_counts_down(n):
    steps = 0
    while n > 0:
        n -= 1
        steps += 1
    return steps, n


@cases(0, 3, 100)
def while_true_with_break(limit):
    n = 0
    while True:
        if n * n >= limit:
            break
        n += 1
    return n


@cases(0, 1, 10, 25)
def continue_skips(n):
    total = 0
    for k in range(n):
        if k % 3 == 0:
            continue
        if k % 5 == 0:
            continue
        total += k
    return total


@cases(0, 1, 7, 20)
def while_with_continue(n):
    k = total = 0
    while k < n:
        k += 1
        if k & 1:
            continue
        total += k
    return total


@cases(1, 2, 4, 7, 9, 25, 97)
def for_else_prime(n):
    for d in range(2, n):
        if n % d == 0:
            result = d
            break
    else:
        result = 0
    return result


@cases((10, 3), (10, 11), (0, 0))
def while_else(n, stop):
    k = 0
    while k < n:
        if k == stop:
            break
        k += 1
    else:
        return -1
    return k


@cases((5, 2), (5, 9), (0, 0))
def for_else_with_return(n, wanted):
    for k in range(n):
        if k == wanted:
            return k
    else:
        return n + 100


@cases(0, 1, 4)
def else_of_a_loop_with_continue(n):
    seen = 0
    for k in range(n):
        if k == 2:
            continue
        seen += 1
    else:
        seen += 100
    return seen


@cases((6, 4), (0, 3), (3, 0), (9, 9))
def break_of_inner_loop_only(n, m):
    count = 0
    for i in range(n):
        for j in range(m):
            if j > i:
                break
            count += 1
        else:
            count += 1000
    return count


@cases((6, 15), (0, 15), (6, 1000))
def return_from_nested_loops(n, wanted):
    for i in range(n):
        for j in range(i):
            if i * j == wanted:
                return i, j
    return -1, -1


@cases(12, 7, 1)
def flag_out_of_nested_loops(n):
    found = False
    i = j = 0
    for i in range(2, n):
        for j in range(2, n):
            if i * j == n:
                found = True
                break
        if found:
            break
    return found, i, j


@cases(0, 1, 2, 3)
def loop_in_branches(mode):
    total = 0
    if mode == 0:
        for k in range(5):
            total += k
    elif mode == 1:
        while total < 7:
            total += 3
    elif mode == 2:
        total = -1
    return total


@cases(1, 0, -1)
def bound_on_one_path(n):
    if n > 0:
        value = n * 2
    return value


@cases(0, 3)
def bound_in_the_loop(n):
    for k in range(n):
        last = k * k
    return last


@cases(0, 4)
def loop_variable_after_the_loop(n):
    for k in range(n):
        pass
    return k


@cases(0, 2)
def bound_before_the_loop(n):
    k = -1
    for k in range(n):
        pass
    return k


@cases((True, 3), (False, 3))
def bound_under_the_same_condition(flag, n):
    if flag:
        scale = n + 1
    total = n
    if flag:
        total *= scale
    return total


@cases(5, 0)
def first_iteration_special(n):
    for k in range(n):
        if k == 0:
            previous = 1
        else:
            previous = previous * 2 + k
    return previous if n else 0


@cases(0.0, 1.0, -1.0, NAN, INF)
def nan_takes_the_else(x):
    if x > 0:
        return 1
    elif x <= 0:
        return 2
    else:
        return 3


@cases((0, 0), (1, 0), (0, 1), (3, 2))
def conditions_on_values(a, b):
    if a and b:
        return 3
    if a or b:
        return 2
    if not a and not b:
        return 1
    return 0


@cases(0, 5, 6, 7)
def unreachable_code(n):
    if n > 5:
        return 1
        n = 1 // 0
    while True:
        return 2
    return 3


@cases(3, 0)
def division_guarded(n):
    if n != 0:
        return 10 // n
    return 0


@cases(3, 0)
def division_not_moved(n):
    """The division is invariant, but must not happen where the loop never runs."""
    total = 0
    for k in range(n):
        total += 10 // n
    return total


@cases((3, 0), (3, 2), (0, 0))
def guarded_in_the_loop(n, d):
    total = 0
    for k in range(n):
        if d:
            total += k // d
    return total


@case(f64(1, 2, 3), 0)
@case(f64(1, 2, 3), 2)
@case(f64(1, 2, 3), 5)
def store_before_the_error(a, d):
    """What was stored before the exception stays stored."""
    for k in range(len(a)):
        a[k] = 10.0
        a[k] = 100 // (d - k) * 1.0


@case(i64(3, 1, 2, 0))
@case(i64(9, 1))
def order_of_evaluation(a):
    """The right side first, then the subscript of the target."""
    a[a[0]] = a[1]
    a[1], a[a[1]] = 0, 5


@case(i64(0, 1, 2))
def targets_left_to_right(a):
    i = 0
    i, a[i] = 2, 7
    return i


@case(f64(5, 6, 7))
def augmented_target_once(a):
    k = 0
    a[k] += a[k + 1] * a[k]
    a[k + 1] -= 1
    a[-1] *= 0.5


@cases((4, 2), (4, 0), (0, 0))
def error_on_the_right_first(n, d):
    total = 1
    total += n // d
    return total


@cases((1, 2, 3, 4), (0, 5, 0, 1))
def state_machine(a, b, c, d):
    state = 0
    for k in range(12):
        if state == 0:
            state = 1 if a else 2
        elif state == 1:
            a -= 1
            state = 0 if b > k else 3
        elif state == 2:
            if c > d:
                return state, k
            state = 3
        else:
            d += 1
            state = 2
    return state, a + d


@cases(0, 1, 13)
def two_loops_share_a_name(n):
    s = 0
    for i in range(n):
        s += i
    for i in range(n, 2 * n):
        s -= i
    i = 5
    while i > 0:
        i -= 2
    return s, i


@cases((1.0, 0.0), (0.0, 0.0), (2.0, -0.0))
def exceptions_of_the_chosen_branch(x, y):
    return x / y if x < 1.5 else x * y


@cases(10, 0, 3)
@options(merged=False)
def deep_nesting(n):
    c = 0
    for i in range(n):
        if i % 2:
            for j in range(i):
                if j % 3:
                    k = 0
                    while k < j:
                        if (i + j + k) % 4 == 0:
                            c += 1
                        elif k > 5:
                            break
                        k += 1
                    else:
                        c += 10
    return c


@grid((True, False), (1, 7))
def unbound_on_both_sides_of_a_choice(b, n):
    if n > 5:
        return 1
    y = z if b else z
    if n > 3:
        z = 1
    return y


@grid((True, False), (1, 7))
def raising_on_both_sides_of_a_choice(b, n):
    if n > 5:
        return 1
    y = (n // (n - 1)) if b else (n % (n - 1))
    return y
