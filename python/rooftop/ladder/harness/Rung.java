// What every Java rung shares: its arguments, its input files, the clock, and the lines that the driver reads.
// A rung is run as: CLASS n part threads repeats calls INPUT-FOLDER OUTPUT-FILE dtype
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

final class Rung {
  final int n;
  final int part;
  final int repeats;
  final int calls;
  final boolean isDouble;
  private final String inputs;
  private final String output;

  Rung(String[] arguments) {
    if (arguments.length != 8) {
      throw new IllegalArgumentException("wants: n part threads repeats calls INPUT-FOLDER OUTPUT-FILE dtype");
    }
    n = Integer.parseInt(arguments[0]);
    part = Integer.parseInt(arguments[1]);
    repeats = Integer.parseInt(arguments[3]);
    calls = Integer.parseInt(arguments[4]);
    inputs = arguments[5];
    output = arguments[6];
    isDouble = arguments[7].equals("float64");
  }

  double[][] readDoubles(String name, int rows, int columns) throws IOException {
    double[][] matrix = new double[rows][columns];
    try (FileChannel file = FileChannel.open(Path.of(inputs, name + ".bin"))) {
      ByteBuffer bytes = buffer(columns * Double.BYTES);
      for (double[] row : matrix) {
        fill(file, bytes);
        bytes.asDoubleBuffer().get(row);
      }
    }
    return matrix;
  }

  float[][] readFloats(String name, int rows, int columns) throws IOException {
    float[][] matrix = new float[rows][columns];
    try (FileChannel file = FileChannel.open(Path.of(inputs, name + ".bin"))) {
      ByteBuffer bytes = buffer(columns * Float.BYTES);
      for (float[] row : matrix) {
        fill(file, bytes);
        bytes.asFloatBuffer().get(row);
      }
    }
    return matrix;
  }

  void write(double[][] matrix) throws IOException {
    try (FileChannel file = create()) {
      ByteBuffer bytes = buffer(matrix[0].length * Double.BYTES);
      for (double[] row : matrix) {
        bytes.clear();
        bytes.asDoubleBuffer().put(row);
        drain(file, bytes);
      }
    }
  }

  void write(float[][] matrix) throws IOException {
    try (FileChannel file = create()) {
      ByteBuffer bytes = buffer(matrix[0].length * Float.BYTES);
      for (float[] row : matrix) {
        bytes.clear();
        bytes.asFloatBuffer().put(row);
        drain(file, bytes);
      }
    }
  }

  interface Write {
    void run() throws IOException;
  }

  /** Times `call`, which adds to zeroed output; `result` writes what the first call made. */
  void measure(Runnable call, Write result) throws IOException {
    for (int sample = 0; sample < repeats; ++sample) {
      int count = sample == 0 ? 1 : calls;
      long start = System.nanoTime();
      for (int i = 0; i < count; ++i) {
        call.run();
      }
      double seconds = 1e-9 * (System.nanoTime() - start) / count;
      System.out.println("time " + seconds);
      if (sample == 0) {
        result.run();
      }
    }
  }

  private FileChannel create() throws IOException {
    return FileChannel.open(Path.of(output), StandardOpenOption.CREATE, StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static void fill(FileChannel file, ByteBuffer bytes) throws IOException {
    bytes.clear();
    while (bytes.hasRemaining()) {
      if (file.read(bytes) < 0) {
        throw new IOException("the input file is too short");
      }
    }
    bytes.flip();
  }

  private static void drain(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }
}
