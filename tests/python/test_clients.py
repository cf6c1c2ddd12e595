"""Other libraries with rooftop's arrays: they take ours, give theirs, and the memory stays the same where it can.

Each part is skipped where its library is not installed. Those that compute through the array API, or that dispatch on
the type of arrays, must give ours back.
"""

from __future__ import annotations

import copy
import io
import pickle

import numpy
import pytest

import rooftop as np

MATRIX = [[4.0, 1.0, 0.5], [1.0, 3.0, 0.25], [0.5, 0.25, 2.0]]


def ours(value) -> bool:
    return type(value) is np.ndarray


def same_memory(one, other) -> bool:
    """Whether writing into the first is seen in the second."""
    before = float(other[0])
    one[0] = before + 1.0
    seen = float(other[0]) == before + 1.0
    one[0] = before
    return seen


@pytest.fixture
def a():
    return np.array([3.0, 1.0, 2.0, 5.0, 4.0])


@pytest.fixture
def m():
    return np.array(MATRIX)


# --- NumPy itself


@pytest.mark.parametrize("make", [numpy.asarray, numpy.array, numpy.from_dlpack, numpy.ascontiguousarray, numpy.atleast_1d])
def test_numpy_takes_arrays(a, make):
    made = make(a)
    numpy.testing.assert_array_equal(numpy.asarray(made), [3, 1, 2, 5, 4])


def test_numpy_shares_the_memory_of_arrays(a):
    assert same_memory(numpy.asarray(a), a) and same_memory(numpy.from_dlpack(a), a)
    assert same_memory(numpy.frombuffer(a), a) and same_memory(numpy.asarray(memoryview(a)), a)


def test_arrays_share_the_memory_of_numpys():
    theirs = numpy.arange(5.0)
    assert same_memory(theirs, np.asarray(theirs)) and same_memory(np.asarray(theirs), theirs)
    assert same_memory(theirs, np.from_dlpack(theirs)) and same_memory(theirs, np.frombuffer(theirs))
    assert not same_memory(theirs, np.array(theirs))


@pytest.mark.parametrize(
    "call",
    [
        lambda n, a: n.sin(a),
        lambda n, a: n.add(a, 1),
        lambda n, a: n.concatenate([a, a]),
        lambda n, a: n.where(a > 2, a, 0),
        lambda n, a: n.sort(a),
        lambda n, a: n.linalg.norm(a.reshape(1, 5), axis=0),
        lambda n, a: n.fft.fft(a),
        lambda n, a: n.add.outer(a, a),
        lambda n, a: n.add.accumulate(a),
        lambda n, a: n.einsum("i,j->ij", a, a),
        lambda n, a: n.stack([a, n.zeros(5)]),
        lambda n, a: n.median(a, keepdims=True),
        lambda n, a: n.interp(a, [0, 10], [0, 1]),
        lambda n, a: n.lib.stride_tricks.sliding_window_view(a, 2),
    ],
)
def test_numpys_functions_give_arrays_of_ours(a, call):
    found = call(numpy, a)
    assert ours(found)
    numpy.testing.assert_allclose(numpy.asarray(found), call(numpy, numpy.asarray(a)))


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("operator", ["add", "sub", "mul", "truediv", "lt", "eq", "pow", "mod", "floordiv", "matmul"])
def test_operators_take_numpys_arrays(a, operator, swapped):
    import operator as operators

    other = numpy.array([1.0, 2.0, 3.0, 4.0, 5.0])
    pair = (other, a) if swapped else (a, other)
    found = getattr(operators, operator)(*pair)
    expected = getattr(operators, operator)(*(numpy.asarray(x) for x in pair))
    assert ours(found) or operator == "matmul"
    numpy.testing.assert_array_equal(numpy.asarray(found), expected)


def test_in_place_operators_take_numpys_arrays(a):
    theirs = numpy.ones(5)
    kept = theirs
    theirs += a
    assert theirs is kept and theirs[0] == 4
    a -= numpy.ones(5)
    assert ours(a) and a[0] == 2


@pytest.mark.parametrize("name", ["bool", "int8", "uint64", "int64", "float16", "float32", "float64", "complex64", "complex128"])
def test_types_of_elements_are_numpys(name):
    dtype = np.dtype(name)
    assert numpy.dtype(dtype) == numpy.dtype(name) and np.dtype(numpy.dtype(name)) == dtype
    assert dtype == numpy.dtype(name) and numpy.dtype(name) == dtype and hash(dtype) is not None
    assert numpy.zeros(2, dtype).dtype == numpy.dtype(name)
    assert numpy.zeros(2, getattr(np, name)).dtype == numpy.dtype(name)
    assert numpy.result_type(dtype, numpy.int8) == numpy.result_type(name, numpy.int8)
    assert np.zeros(2, numpy.dtype(name)).dtype == dtype
    assert (dtype.kind, dtype.itemsize, dtype.name, dtype.str, dtype.char) == tuple(
        getattr(numpy.dtype(name), part) for part in ("kind", "itemsize", "name", "str", "char")
    )


def test_masked_arrays_and_testing_take_arrays(a):
    masked = numpy.ma.masked_greater(a, 3)
    assert masked.sum() == 6
    numpy.testing.assert_allclose(a, [3, 1, 2, 5, 4])
    with pytest.raises(AssertionError):
        numpy.testing.assert_allclose(a, [3, 1, 2, 5, 5])


def test_scalars_are_numbers_to_others(a):
    import math
    import struct
    from fractions import Fraction

    x, i = a[0], np.array([7])[0]
    assert math.sqrt(x) == math.sqrt(3) and isinstance(x, float) and struct.pack("d", x) == struct.pack("d", 3.0)
    assert numpy.float64(1) + x == 4 and numpy.asarray(x).dtype == numpy.float64
    assert numpy.asarray(i).dtype == numpy.int64 and list(range(10))[i] == 7 and Fraction(int(i), 2) == Fraction(7, 2)
    assert numpy.asarray([x, i]).tolist() == [3.0, 7.0]


# --- Python's own


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("what", ["array", "scalar", "dtype", "ufunc", "function", "delegated", "type", "linalg", "random"])
def test_pickles(what, protocol):
    value = {
        "array": np.array(MATRIX),
        "scalar": np.float32(1.5),
        "dtype": np.dtype("int16"),
        "ufunc": np.sin,
        "function": np.zeros,
        "delegated": np.median,
        "type": np.float64,
        "linalg": np.linalg.inv,
        "random": np.random.default_rng(3),
    }[what]
    again = pickle.loads(pickle.dumps(value, protocol))
    assert type(again) is type(value)
    if what == "array":
        assert (again == value).all() and again.flags.writeable
    elif what == "random":
        assert again.random() == value.random()
    else:
        assert again == value and (what in ("scalar", "dtype") or again is value)


def test_pickles_hand_memory_out_of_band(m):
    buffers = []
    data = pickle.dumps(m, 5, buffer_callback=buffers.append)
    assert len(buffers) == 1 and (pickle.loads(data, buffers=buffers) == m).all()


def test_copies_are_of_the_same_type(a):
    assert ours(copy.copy(a)) and ours(copy.deepcopy({"x": [a]})["x"][0])
    assert not same_memory(copy.deepcopy(a), a)


def test_buffers_both_ways(a):
    import array

    assert memoryview(a).format == "d" and bytes(memoryview(a)) == a.tobytes()
    held = array.array("d", [1.0, 2.0])
    assert same_memory(np.frombuffer(held), held) and same_memory(np.asarray(held), held)
    assert same_memory(np.frombuffer(bytearray(16)), np.zeros(1)) is False


def test_files(a, m, tmp_path):
    np.save(tmp_path / "a.npy", a)
    np.savez(tmp_path / "b.npz", a=a, m=m)
    np.savetxt(tmp_path / "c.txt", m)
    a.tofile(tmp_path / "d.bin")
    assert ours(np.load(tmp_path / "a.npy")) and (np.load(tmp_path / "a.npy") == a).all()
    with numpy.load(tmp_path / "b.npz") as loaded:
        assert (loaded["m"] == m).all()
    assert ours(np.loadtxt(tmp_path / "c.txt")) and (np.fromfile(tmp_path / "d.bin") == a).all()
    stream = io.BytesIO()
    np.save(stream, m)
    stream.seek(0)
    assert (numpy.load(stream) == m).all()


# --- array-api-compat, and the strict implementation


def test_array_api_compat_finds_the_namespace(a):
    compat = pytest.importorskip("array_api_compat")
    assert compat.is_array_api_obj(a)
    assert compat.array_namespace(a) is np
    assert compat.array_namespace(a, a) is np
    assert compat.device(a) == a.device == "cpu"
    assert ours(compat.to_device(a, "cpu")) and compat.size(a) == 5


def test_array_api_extra_works_on_arrays(a):
    extra = pytest.importorskip("array_api_extra")
    assert ours(extra.pad(a, 1)) and ours(extra.atleast_nd(a, ndim=2, xp=np))


def test_arrays_go_to_other_namespaces(a):
    strict = pytest.importorskip("array_api_strict")
    theirs = strict.from_dlpack(a)
    assert float(strict.sum(theirs)) == 15 and ours(np.from_dlpack(theirs))


# --- SciPy


def scipy_calls():
    return {
        "linalg.inv": lambda s, x, m: s.linalg.inv(m),
        "linalg.solve": lambda s, x, m: s.linalg.solve(m, m[0]),
        "linalg.eigh": lambda s, x, m: s.linalg.eigh(m)[0],
        "linalg.svd": lambda s, x, m: s.linalg.svd(m)[1],
        "linalg.cholesky": lambda s, x, m: s.linalg.cholesky(m),
        "linalg.expm": lambda s, x, m: s.linalg.expm(m),
        "linalg.lu_factor": lambda s, x, m: s.linalg.lu_factor(m)[0],
        "fft.fft": lambda s, x, m: s.fft.fft(x),
        "fft.dct": lambda s, x, m: s.fft.dct(x),
        "special.erf": lambda s, x, m: s.special.erf(x),
        "special.gamma": lambda s, x, m: s.special.gamma(x),
        "special.logsumexp": lambda s, x, m: s.special.logsumexp(x),
        "special.softmax": lambda s, x, m: s.special.softmax(x),
        "special.expit": lambda s, x, m: s.special.expit(x),
        "stats.zscore": lambda s, x, m: s.stats.zscore(x),
        "stats.describe": lambda s, x, m: s.stats.describe(x).variance,
        "stats.ttest_1samp": lambda s, x, m: s.stats.ttest_1samp(x, 1.0).statistic,
        "stats.pearsonr": lambda s, x, m: s.stats.pearsonr(x, x[::-1]).statistic,
        "stats.norm.pdf": lambda s, x, m: s.stats.norm.pdf(x),
        "signal.convolve": lambda s, x, m: s.signal.convolve(x, x),
        "signal.lfilter": lambda s, x, m: s.signal.lfilter([1.0, 0.5], [1.0], x),
        "signal.welch": lambda s, x, m: s.signal.welch(x, nperseg=4)[1],
        "ndimage.gaussian_filter": lambda s, x, m: s.ndimage.gaussian_filter(m, 1.0),
        "interpolate.interp1d": lambda s, x, m: s.interpolate.CubicSpline([0, 1, 2, 3, 4], x)([0.5]),
        "integrate.trapezoid": lambda s, x, m: s.integrate.trapezoid(x),
        "integrate.solve_ivp": lambda s, x, m: s.integrate.solve_ivp(lambda t, y: -y, (0, 1), x).y[:, -1],
        "optimize.minimize": lambda s, x, m: s.optimize.minimize(lambda v: ((v - 1) ** 2).sum(), x).fun,
        "optimize.least_squares": lambda s, x, m: s.optimize.least_squares(lambda v: v - 1, x).x,
        "optimize.linprog": lambda s, x, m: s.optimize.linprog([1.0] * 3, A_ub=-m, b_ub=-m[0]).fun,
        "sparse.csr_array": lambda s, x, m: s.sparse.csr_array(m).toarray(),
        "sparse product": lambda s, x, m: s.sparse.csr_array(m) @ x[:3],
        "spatial.cdist": lambda s, x, m: s.spatial.distance.cdist(m, m),
        "spatial.KDTree": lambda s, x, m: s.spatial.KDTree(m).query(m[1])[0],
        "cluster.kmeans": lambda s, x, m: s.cluster.vq.whiten(m),
    }


@pytest.mark.parametrize("name", scipy_calls())
def test_scipy_takes_arrays(a, m, name):
    scipy = pytest.importorskip("scipy")
    call = scipy_calls()[name]
    found, expected = call(scipy, a, m), call(scipy, numpy.asarray(a), numpy.asarray(m))
    numpy.testing.assert_allclose(numpy.asarray(found), expected, rtol=1e-7, atol=1e-12)
    mixed = np.asarray(found) + 0  # what comes back goes on with ours
    assert isinstance(mixed, (np.ndarray, np.generic))


def test_scipy_keeps_arrays_under_the_array_api(run_python):
    pytest.importorskip("scipy")
    done = run_python(
        """
        import rooftop as np
        import scipy.special, scipy.stats, scipy.fft, scipy.signal, scipy.cluster.vq
        x = np.asarray([1.0, 2.0, 4.0])
        for call in (scipy.special.erf, scipy.special.expit, scipy.special.logsumexp, scipy.stats.zscore, scipy.fft.fft):
            print(type(call(x)).__module__)
        print(type(scipy.stats.ttest_1samp(x, 1.0).statistic).__module__)
        print(type(scipy.cluster.vq.whiten(np.ones((3, 2)) * np.asarray([[1.0], [2.0], [4.0]]))).__module__)
        """,
        SCIPY_ARRAY_API="1",
    )
    assert done.stdout == "rooftop\n" * 7, done.stderr


# --- scikit-learn


@pytest.fixture
def points():
    rng = numpy.random.default_rng(1)
    x = rng.normal(size=(60, 4))
    return np.array(x), np.array((x[:, 0] + 0.3 * x[:, 1] > 0).astype(numpy.int64))


ESTIMATORS = {
    "LinearRegression": ("linear_model", {}),
    "Ridge": ("linear_model", {}),
    "LogisticRegression": ("linear_model", {}),
    "KMeans": ("cluster", {"n_clusters": 2, "n_init": 1, "random_state": 0}),
    "PCA": ("decomposition", {"n_components": 2}),
    "StandardScaler": ("preprocessing", {}),
    "RandomForestClassifier": ("ensemble", {"n_estimators": 3, "random_state": 0}),
    "KNeighborsClassifier": ("neighbors", {}),
    "SVC": ("svm", {}),
    "GaussianNB": ("naive_bayes", {}),
}


@pytest.mark.parametrize("name", ESTIMATORS)
def test_scikit_learn_fits_arrays(points, name):
    sklearn = pytest.importorskip("sklearn")
    module, options = ESTIMATORS[name]
    kind = getattr(__import__(f"sklearn.{module}", fromlist=[name]), name)
    results = []
    for x, y in (points, tuple(numpy.asarray(part) for part in points)):
        fitted = kind(**options).fit(x, y)
        results.append(fitted.predict(x) if hasattr(fitted, "predict") else fitted.transform(x))
    numpy.testing.assert_allclose(numpy.asarray(results[0]), results[1], rtol=1e-9, atol=1e-12)
    assert sklearn.__version__


DISPATCHED = {
    "StandardScaler": lambda s, x, y: s.preprocessing.StandardScaler().fit(x).transform(x),
    "MinMaxScaler": lambda s, x, y: s.preprocessing.MinMaxScaler().fit_transform(x),
    "MaxAbsScaler": lambda s, x, y: s.preprocessing.MaxAbsScaler().fit_transform(x),
    "Normalizer": lambda s, x, y: s.preprocessing.Normalizer().fit_transform(x),
    "PCA full": lambda s, x, y: s.decomposition.PCA(2, svd_solver="full").fit_transform(x),
    "PCA covariance": lambda s, x, y: s.decomposition.PCA(2, svd_solver="covariance_eigh").fit_transform(x),
    "Ridge": lambda s, x, y: s.linear_model.Ridge(solver="svd").fit(x, y).predict(x),
    "LinearDiscriminantAnalysis": lambda s, x, y: s.discriminant_analysis.LinearDiscriminantAnalysis().fit(x, y).predict(x),
    "GaussianNB": lambda s, x, y: s.naive_bayes.GaussianNB().fit(x, y).predict(x),
    "mean_squared_error": lambda s, x, y: s.metrics.mean_squared_error(x[:, 0], x[:, 1]),
    "r2_score": lambda s, x, y: s.metrics.r2_score(x[:, 0], x[:, 1]),
    "accuracy_score": lambda s, x, y: s.metrics.accuracy_score(y, y[::-1]),
    "confusion_matrix": lambda s, x, y: s.metrics.confusion_matrix(y, y[::-1]),
    "f1_score": lambda s, x, y: s.metrics.f1_score(y, y[::-1]),
    "log_loss": lambda s, x, y: s.metrics.log_loss(y, abs(x[:, 0]) / 9 + 0.1),
    "cosine_similarity": lambda s, x, y: s.metrics.pairwise.cosine_similarity(x),
    "euclidean_distances": lambda s, x, y: s.metrics.pairwise.euclidean_distances(x),
    "rbf_kernel": lambda s, x, y: s.metrics.pairwise.rbf_kernel(x),
    "train_test_split": lambda s, x, y: s.model_selection.train_test_split(x, random_state=0)[0],
    "LabelEncoder": lambda s, x, y: s.preprocessing.LabelEncoder().fit_transform(y),
}


@pytest.mark.parametrize("name", DISPATCHED)
def test_scikit_learn_dispatches_to_the_array_api(points, name, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    pytest.importorskip("sklearn")
    import sklearn.decomposition
    import sklearn.discriminant_analysis
    import sklearn.linear_model
    import sklearn.metrics
    import sklearn.model_selection
    import sklearn.naive_bayes
    import sklearn.preprocessing

    x, y = points
    expected = DISPATCHED[name](sklearn, numpy.asarray(x), numpy.asarray(y))
    import scipy._lib._array_api as switch

    monkeypatch.setattr(switch, "SCIPY_ARRAY_API", "1", raising=False)
    with sklearn.config_context(array_api_dispatch=True):
        found = DISPATCHED[name](sklearn, x, y)
    if isinstance(expected, numpy.ndarray) and name != "confusion_matrix":
        assert ours(found)
    numpy.testing.assert_allclose(numpy.asarray(found), expected, rtol=1e-9, atol=1e-9)


# --- pandas


def test_pandas_takes_arrays(a, m):
    pandas = pytest.importorskip("pandas")
    series = pandas.Series(a, name="x")
    frame = pandas.DataFrame(m, columns=list("xyz"))
    assert series.dtype == "float64" and series.sum() == 15 and frame.shape == (3, 3)
    assert pandas.DataFrame({"x": a, "y": a * 2}).y.iloc[0] == 6
    assert pandas.Index(np.arange(3)).tolist() == [0, 1, 2]
    assert pandas.Series(a, index=np.arange(5)).loc[3] == 5
    assert series.iloc[np.array([0, 4])].tolist() == [3, 4]
    assert series[(a > 2).tolist()].tolist() == [3, 5, 4] and series[series > 2].tolist() == [3, 5, 4]


def test_pandas_refuses_what_must_be_numpys_own_type(a):
    """It asks for numpy.ndarray itself: docs/arrays.md says what to write instead."""
    pandas = pytest.importorskip("pandas")
    series = pandas.Series([1.0, 2.0, 3.0, 4.0, 5.0])
    with pytest.raises(KeyError):
        series[a > 2]
    with pytest.raises(TypeError):
        pandas.unique(a)
    with pytest.raises(TypeError):
        series.groupby(a).sum()
    assert series.groupby(a.tolist()).sum().shape == (5,)


def test_pandas_computes_with_arrays(a):
    pandas = pytest.importorskip("pandas")
    series = pandas.Series([1.0, 2.0, 3.0, 4.0, 5.0])
    for found in (series + a, a + series, series * a, a * series, np.add(a, series)):
        assert isinstance(found, pandas.Series) and len(found) == 5
    assert (series > a).tolist() == [False, True, True, False, True]
    assert pandas.cut(a, 2, labels=False).tolist() == [0, 0, 0, 1, 1]
    assert pandas.Series(np.array([1, 1, 2])).unique().tolist() == [1, 2]
    assert pandas.Series(a).map({3.0: "x"}).iloc[0] == "x"
    assert pandas.Series(pandas.Categorical(np.array([2, 1, 2]))).cat.codes.tolist() == [1, 0, 1]


def test_arrays_come_from_pandas(a):
    pandas = pytest.importorskip("pandas")
    series = pandas.Series([1.0, 2.0])
    frame = pandas.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]})
    assert ours(np.asarray(series)) and ours(np.array(frame)) and np.asarray(frame).shape == (2, 2)
    assert ours(np.asarray(series.to_numpy())) and np.mean(series) == 1.5
    assert isinstance(np.sin(series), pandas.Series)
    assert frame.apply(np.sum).tolist() == [3.0, 7.0] and frame.agg(np.mean).tolist() == [1.5, 3.5]
    assert frame.groupby("x").apply(lambda part: np.sum(part.y.to_numpy())).tolist() == [3.0, 4.0]
    frame["z"] = np.array([5.0, 6.0])
    assert frame.z.tolist() == [5.0, 6.0]
    frame.loc[frame.y > np.float64(3.5), "x"] = np.float64(9.0)
    assert frame.x.tolist() == [1.0, 9.0]


# --- xarray


def test_xarray_holds_arrays(m):
    xarray = pytest.importorskip("xarray")
    held = xarray.DataArray(m, dims=("x", "y"), coords={"x": [10, 20, 30]})
    assert ours(held.data)
    for found in (held + 1, held * held, held.mean("x"), held.sum(), held.T, held.isel(x=0), held.sel(x=20), -held):
        assert ours(found.data) or found.ndim == 0, found  # scalars become NumPy's arrays without dimensions
    assert ours((held > 1).data) and ours(held.where(held > 1, 0.0).data) and ours(held.clip(0, 1).data)
    assert ours(xarray.concat([held, held], "x").data) and ours(held.stack(z=("x", "y")).data)
    assert float(held.max()) == 4 and held.argmax("x").values.tolist() == [0, 1, 2]
    assert ours(np.sin(held).data) and ours(xarray.apply_ufunc(np.exp, held).data)
    assert ours(xarray.Dataset({"v": held}).mean("y").v.data)
    numpy.testing.assert_array_equal(held.values, MATRIX)
    assert "rooftop" in repr(held) or "4." in repr(held)


# --- Dask


def test_dask_chunks_stay_ours():
    da = pytest.importorskip("dask.array")
    big = np.arange(64.0).reshape(8, 8)
    chunked = da.from_array(big, chunks=(4, 4), asarray=False)
    assert isinstance(chunked._meta, np.ndarray)
    for lazy in (
        chunked, chunked + 1, chunked.T, chunked[1:3], chunked[chunked > 5], chunked @ chunked, chunked.sum(axis=0),
        da.sin(chunked), da.concatenate([chunked, chunked]), da.where(chunked > 3, chunked, 0), chunked.map_blocks(np.exp),
        da.stack([chunked, chunked]), chunked.rechunk((8, 2)), chunked.cumsum(axis=0), chunked.astype("float32"),
        chunked.reshape(64), da.maximum(chunked, 3), chunked.std(axis=1),
    ):
        assert ours(lazy.compute(scheduler="synchronous")), lazy
    assert float(chunked.mean().compute(scheduler="synchronous")) == 31.5


def test_dask_names_arrays_by_their_content(m):
    base = pytest.importorskip("dask.base")
    assert base.tokenize(m) == base.tokenize(np.array(MATRIX)) != base.tokenize(m + 1)


def test_dask_sends_arrays_to_processes(a):
    pytest.importorskip("dask")
    cloudpickle = pytest.importorskip("cloudpickle")
    held = cloudpickle.loads(cloudpickle.dumps(lambda: np.sin(a) + np.median(a)))
    assert ours(held())


# --- matplotlib


def test_matplotlib_draws_arrays(a, m):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    (line,) = axes.plot(a, a**2)
    assert numpy.asarray(line.get_ydata()).tolist() == [9, 1, 4, 25, 16]
    axes.scatter(a, a, c=a, s=a)
    axes.hist(a, bins=np.linspace(0, 5, 3))
    axes.bar(np.arange(5), a)
    axes.errorbar(a, a, yerr=a / 10)
    axes.fill_between(a, a, 0 * a, where=a > 2)
    axes.imshow(m)
    axes.contour(m)
    axes.pcolormesh(m)
    axes.quiver(m, m)
    axes.boxplot(a)
    axes.set_xticks(np.arange(3))
    axes.set_xlim(a.min(), a.max())
    figure.savefig(io.BytesIO())
    pyplot.close(figure)


# --- Polars and pyarrow


def test_polars_takes_arrays(a, m):
    polars = pytest.importorskip("polars")
    assert polars.Series("x", a).to_list() == [3, 1, 2, 5, 4]
    frame = polars.DataFrame({"x": a, "i": np.arange(5), "t": a > 2})
    assert frame["x"].sum() == 15 and frame.schema["i"] == polars.Int64 and frame.schema["t"] == polars.Boolean
    assert polars.DataFrame(numpy.asarray(m)).shape == (3, 3)
    assert polars.Series(a.astype(np.float32)).dtype == polars.Float32
    assert ours(np.asarray(frame["x"])) and np.asarray(frame["i"]).dtype == np.int64
    assert np.asarray(frame["x"].to_numpy()).sum() == 15
    assert polars.from_arrow(a).to_list() == [3, 1, 2, 5, 4]


def test_pyarrow_takes_arrays(a):
    pyarrow = pytest.importorskip("pyarrow")
    assert pyarrow.array(a).to_pylist() == [3, 1, 2, 5, 4]
    assert pyarrow.array(np.arange(3)).type == pyarrow.int64()
    table = pyarrow.table({"x": a, "i": np.arange(5)})
    assert table.num_rows == 5
    assert ours(np.asarray(table["x"].chunk(0))) and np.asarray(table["x"]).sum() == 15
    buffer = pyarrow.py_buffer(a)
    assert buffer.size == 40 and ours(np.frombuffer(buffer))
    assert ours(np.from_dlpack(pyarrow.array(a)))


# --- PyTorch and JAX


def test_torch_shares_memory_both_ways(a):
    torch = pytest.importorskip("torch")
    for theirs in (torch.from_dlpack(a), torch.as_tensor(a), torch.from_numpy(numpy.asarray(a)), torch.frombuffer(a, dtype=torch.float64)):
        assert theirs.dtype == torch.float64 and same_memory(theirs, a)
    tensor = torch.arange(5.0, dtype=torch.float64)
    for made in (np.from_dlpack(tensor), np.asarray(tensor)):
        assert ours(made) and same_memory(made, tensor)
    assert torch.tensor(a).tolist() == [3, 1, 2, 5, 4] and not same_memory(torch.tensor(a), a)


def test_torch_shares_strided_memory_and_other_types():
    torch = pytest.importorskip("torch")
    m = np.arange(12.0).reshape(3, 4)
    for view in (m.T, m[:, ::2], m[1]):
        assert torch.from_dlpack(view).tolist() == view.tolist()
    for name in ("float32", "float16", "int8", "uint8", "int32", "bool", "complex64"):
        x = np.ones(3, name)
        assert torch.from_dlpack(x).dtype == getattr(torch, name), name
        assert np.from_dlpack(torch.ones(3, dtype=getattr(torch, name))).dtype == name


def test_torch_computes_with_what_it_takes(a, m):
    torch = pytest.importorskip("torch")
    assert float(torch.as_tensor(m).sum()) == float(m.sum())
    assert torch.tensor([a[0], a[1]]).tolist() == [3, 1]
    assert torch.zeros(3)[torch.as_tensor(np.array([0, 2]))].shape == (2,)
    assert float(np.sum(np.asarray(torch.ones(3)))) == 3


def test_jax_takes_arrays(a):
    jnp = pytest.importorskip("jax.numpy")
    assert jnp.asarray(a).tolist() == [3, 1, 2, 5, 4] and ours(np.asarray(jnp.ones(3)))


# --- Pillow, and what asks for the interface


def test_pillow_takes_arrays():
    image = pytest.importorskip("PIL.Image")
    picture = image.fromarray(np.zeros((4, 5), "uint8"))
    assert picture.size == (5, 4) and np.asarray(picture).shape == (4, 5) and ours(np.asarray(picture))


def test_numba_takes_what_numpy_sees(a):
    numba = pytest.importorskip("numba")

    @numba.njit
    def total(x):
        s = 0.0
        for value in x:
            s += value
        return s

    assert total(numpy.asarray(a)) == 15
