"""Slices as views: starts, stops and steps of any sign, rows and columns, stores through views, slice stores."""

from .registry import case, cases, grid, options
from .values import f64, fortran, i64, layouts, noise, ramp, spaced


@grid([f64(1, 2, 3, 4, 5)], (0, 2, -2, 9, -9), (0, 3, -1, 9, -9))
def sum_of_slice(a, i, j):
    total = 0.0
    for x in a[i:j]:
        total = total * 2 + float(x)
    return total, len(a[i:j])


@grid([ramp(7)], (0, 5, -1, 20, -20), (0, 6, -8, 20), (1, 2, -1, -3, 0))
def slice_with_step(a, i, j, step):
    view = a[i:j:step]
    total = 0.0
    for k in range(len(view)):
        total = total * 3 + float(view[k])
    return len(view), total


@cases(ramp(6), ramp(5), ramp(1), ramp(0), spaced(ramp(6), -2))
def open_slices(a):
    return len(a[:]), len(a[2:]), len(a[:2]), len(a[::2]), len(a[::-1]), len(a[-3:]), len(a[:-3]), len(a[5:2:-1])


@cases(ramp(6), i64(4, 5, 6, 7))
def slice_of_slice(a):
    b = a[1:]
    c = b[::2]
    c[-1] = 50
    b[0] = 40
    return c[0], c[len(c) - 1], len(c)


@cases(ramp(6), spaced(ramp(6), 3))
def write_through_reversed(a):
    b = a[::-1]
    for i in range(len(b)):
        b[i] += i


@cases(f64(1, 2, 3), f64(1), f64())
def return_view(a):
    return a[1:]


@cases(ramp((3, 4)), fortran(ramp((3, 4))))
def return_row_and_column(a):
    return a[1], a[:, 2], a[-1, ::-1]


@cases(*layouts(ramp((3, 4))))
def row_views(a):
    first = a[0]
    last = a[-1]
    for k in range(len(first)):
        first[k], last[k] = last[k], first[k]


@cases(*layouts(ramp((4, 3))))
def column_views(a):
    c = a[:, 1]
    for i in range(len(c)):
        c[i] = -c[i]
    return c.shape, c.ndim, c.size


@grid(layouts(ramp((4, 5)))[:4], (0, 1), (2, 4))
def windows(a, i, j):
    w = a[i:j, 1:-1]
    total = 0.0
    for p in range(w.shape[0]):
        for q in range(w.shape[1]):
            total = total * 0.5 + float(w[p, q])
    return w.shape, total


@cases(ramp((4, 4)), fortran(ramp((4, 6))))
def every_second(a):
    e = a[::2, ::-2]
    e[0, 0] = 77.0
    e[-1, -1] = 88.0
    return e.shape


@cases(ramp((2, 3, 4)))
def planes(a):
    p = a[1]
    q = a[:, 1]
    r = a[:, :, 1]
    s = a[0, 1:, ::2]
    p[0, 0] = q[0, 1] = -5.0
    return p.shape, q.shape, r.shape, s.shape, s[0, 1], r[1, 2], a[1, 2][3]


@cases(ramp((2, 3, 4)), ramp((3, 4)))
def ellipsis(a):
    last = a[..., -1]
    first = a[0, ...]
    return last.shape, first.shape


@grid([ramp(4)], (0, 3, 4, -5))
def index_into_slice(a, i):
    """The bounds are those of the slice."""
    return a[1:][i]


@cases(ramp(3), ramp(0))
def empty_slice_index(a):
    return a[3:][0]


@cases((ramp(5), 7.5), (i64(1, 2, 3), 9))
def fill_slice(a, value):
    a[1:-1] = value


@cases((ramp((3, 4)), 7.5), (fortran(ramp((3, 4))), -0.0))
def fill_row_and_column(a, value):
    a[0] = value
    a[:, 1] = value
    a[2, ::2] = value + 1


@cases((ramp(6), noise(6)), (f64(1, 2), f64(3, 4)))
def copy_slice(a, b):
    a[:] = b
    a[1:] = b[:-1]


@cases(ramp(6), ramp(2), ramp(1))
def shift_in_place(a):
    """Source and target overlap: as if the source had been copied first."""
    a[1:] = a[:-1]


@cases(ramp(6), ramp(5))
def reverse_by_slices(a):
    a[:] = a[::-1]


@cases((ramp(4), ramp(3)), (ramp((2, 3)), ramp((3, 2))))
def shapes_do_not_match(a, b):
    a[:] = b


@cases(ramp((4, 4)), *layouts(noise((4, 4)))[1:])
@options(atol=1e-12)
def eliminate_with_row_views(a):
    for k in range(len(a)):
        pivot = a[k]
        for i in range(k + 1, len(a)):
            row = a[i]
            factor = row[k] / (pivot[k] + 10.0)
            for j in range(k, len(row)):
                row[j] -= factor * pivot[j]


@cases(ramp(10), ramp(1), ramp(0), ramp(9))
def halves(a):
    middle = len(a) // 2
    left, right = a[:middle], a[middle:]
    for i in range(len(left)):
        left[i] += right[i] * 100.0
    return len(left), len(right)


@cases((ramp(8), 3), (ramp(8), 8), (ramp(8), 1))
@options(merged=True)
def moving_sums(a, width):
    best = 0.0
    for i in range(len(a) - width + 1):
        total = 0.0
        for x in a[i : i + width]:
            total += x
        best = max(best, total)
    return best


@cases((ramp(5), 1), (ramp(5), 4), (ramp(0), 0))
def view_chosen_in_a_loop(a, n):
    v = a
    while len(v) > n:
        v = v[1:]
        if len(v) > n:
            v = v[:-1]
    return len(v)


@case(ramp((3, 3)), 0)
@case(ramp((3, 3)), 2)
@case(ramp((3, 3)), 3)
def slice_bounds_from_data(a, k):
    part = a[k:, :k]
    total = 0.0
    for row in part:
        for x in row:
            total += float(x)
    return total, part.shape


@cases(ramp(6))
def unpack_views(a):
    x, y = a[:3], a[3:]
    x, y = y, x
    x[0] = 11.0
    y[0] = 22.0
    return x[0] - y[0]


@cases((ramp((2, 3)), 2), (ramp((2, 3)), -3), (ramp((2, 3)), 1))
def row_out_of_range(a, i):
    return a[i][0]


@cases((ramp((2, 3)), 3), (ramp((2, 3)), -4))
def column_out_of_range(a, j):
    return a[:, j][0]
