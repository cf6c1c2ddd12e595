// The triple loop with its inner two loops exchanged (ikj), so that the innermost one walks along rows.
import java.io.IOException;

final class Interchanged {
  static void matmul(double[][] a, double[][] b, double[][] c) {
    int n = a.length, m = b.length, p = b[0].length;
    for (int i = 0; i < n; ++i) {
      for (int k = 0; k < m; ++k) {
        for (int j = 0; j < p; ++j) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
  }

  static void matmul(float[][] a, float[][] b, float[][] c) {
    int n = a.length, m = b.length, p = b[0].length;
    for (int i = 0; i < n; ++i) {
      for (int k = 0; k < m; ++k) {
        for (int j = 0; j < p; ++j) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    Rung run = new Rung(arguments);
    if (run.isDouble) {
      double[][] a = run.readDoubles("A", run.part, run.n), b = run.readDoubles("B", run.n, run.n);
      double[][] c = new double[run.part][run.n];
      warmUp(() -> matmul(new double[64][64], new double[64][64], new double[64][64]));
      run.measure(() -> matmul(a, b, c), () -> run.write(c));
    } else {
      float[][] a = run.readFloats("A", run.part, run.n), b = run.readFloats("B", run.n, run.n);
      float[][] c = new float[run.part][run.n];
      warmUp(() -> matmul(new float[64][64], new float[64][64], new float[64][64]));
      run.measure(() -> matmul(a, b, c), () -> run.write(c));
    }
  }

  // The virtual machine compiles what has run often: let it, before the clock starts.
  private static void warmUp(Runnable small) {
    long end = System.nanoTime() + 300_000_000L;
    while (System.nanoTime() < end) {
      small.run();
    }
  }
}
