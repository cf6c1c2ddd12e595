// Matrix products: the three loops of the textbook, scheduled by the optimiser for a machine like those of the level.
#include "generate_kernels_products.h"

#include "rooftop/ir/parse.h"
#include "rooftop/ir/print.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/pipeline.h"

namespace rooftop::tools {
namespace {

// Results and operands never share memory: whoever calls makes a new array. Nothing needs a test.
constexpr std::string_view kProduct = R"(
func @NAME "matmul" (%A: TYPE[2LAYOUT, readonly], %B: TYPE[2LAYOUT, readonly], %C: TYPE[2, inner]) {
  assume disjoint(%C, %A)
  assume disjoint(%C, %B)
  for %i in 0 .. %C.shape[0] {
    for %j in 0 .. %C.shape[1] {
      var %s: TYPE = ZERO
      for %k in 0 .. %A.shape[1] {
        %s := %s + %A[%i, %k] * %B[%k, %j]
      }
      %C[%i, %j] = %s
    }
  }
  return
}
)";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

opt::Machine machine_of(const Level& level) {
  opt::Machine machine;
  machine.vector_bytes = level.target.vector_bytes;
  machine.vector_registers = level.target.has_masks ? 32 : 16;
  machine.has_fma = machine.vector_bytes > 16;
  machine.l1_bytes = (level.target.has_masks ? 48 : 32) * 1024;
  machine.l2_bytes = (machine.has_fma ? 1024 : 512) * 1024;
  machine.l3_bytes = 16 * 1024 * 1024;
  machine.threads = 1;  // lib deals out the rows or columns: how many threads there are is not known here
  machine.strip_margin = 3;
  return machine;
}

}  // namespace

ir::Module products(const Level& level, std::vector<backend::Export>& exports) {
  std::string text;
  for (const std::string type : {"f64", "f32", "c128", "c64"}) {
    for (const bool any : {false, true}) {
      const std::string name = "matmul_" + type + (any ? "_strided" : "_rows");
      std::string product = replaced(std::string(kProduct), "NAME", name);
      product = replaced(product, "LAYOUT", any ? "" : ", inner");
      product = replaced(product, "TYPE", type);
      const bool is_complex = type[0] == 'c';
      text += replaced(product, "ZERO", is_complex ? type + "(0.0, 0.0)" : "0.0:" + type);
      exports.push_back({name, "rooftop_" + std::string(level.prefix) + "_" + name});
    }
  }
  opt::PassHooks hooks;
  hooks.skip = {"polls"};  // as with NumPy, Ctrl-C waits for the product's end
  return opt::optimise(ir::parse(text), machine_of(level), hooks);
}

}  // namespace rooftop::tools
