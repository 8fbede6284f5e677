#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <string>
#include <vector>

#include "core/gpu/nvml_loader.h"
#include "core/gpu/nvml_session.h"
#include "core/gpu/return_codes.h"
#include "support/fake_nvml.h"

namespace nvml_test {

using namespace llmgw;
using namespace llmgw::gpu;
using nvml::Session;

std::unique_ptr<nvml::Symbols> fake(const std::string& scenario, std::function<bool(std::string_view)> hidden = {}) {
  return fake_nvml::load(LLMGW_FAKE_NVML_LIBRARY, scenario, std::move(hidden));
}

Snapshot read(const std::string& scenario, std::function<bool(std::string_view)> hidden = {},
              const nvml::Wishes& wishes = {}) {
  auto session = Session::open(fake(scenario, std::move(hidden)));
  REQUIRE(session);
  auto snapshot = session->read(wishes);
  REQUIRE(snapshot);
  return *std::move(snapshot);
}

/// Every fact of a GPU that is not known has a reason.
void check_reasons(const Gpu& gpu) {
  for (const auto& row : fields()) {
    CAPTURE(row.path, gpu[row.field].why);
    CHECK((gpu[row.field] || (!gpu[row.field].why.empty() && gpu[row.field].why != Figure().why)));
  }
  for (const auto& row : labels()) {
    CAPTURE(row.path);
    CHECK((gpu[row.label] || !gpu[row.label].why.empty()));
  }
}

/// How many figures are known.
std::size_t known(const Gpu& gpu) {
  std::size_t count = 0;
  for (const auto& figure : gpu.figures) count += figure ? 1 : 0;
  return count;
}

TEST_CASE("NVML's figures come out in our units", "[gpu]") {
  const auto snapshot = read(fake_nvml::one_l4);
  CHECK(*snapshot.driver == "550.54.14");
  CHECK(*snapshot.cuda == "12.4");
  REQUIRE(snapshot.gpus.size() == 1);
  const auto& gpu = snapshot.gpus[0];
  CHECK(*gpu[Label::name] == "NVIDIA L4");
  CHECK(*gpu[Label::arch] == "Ada");
  CHECK(*gpu[Label::compute_capability] == "8.9");
  CHECK(*gpu[Label::bus_id] == "00000000:1B:00.0");
  CHECK(*gpu[Label::pstate] == "P0");
  CHECK(*gpu[Label::recovery] == "none");
  CHECK(*gpu[Label::mem_kind] == "dedicated");
  CHECK(*gpu[Field::mem_total] == 24152899584.0);
  CHECK(*gpu[Field::mem_used] == 1073741824.0);
  CHECK(*gpu[Field::mem_reserved] == 469762048.0);
  CHECK(*gpu[Field::mem_free] == 22609395712.0);
  CHECK(*gpu[Field::power] == 41.25);
  CHECK(*gpu[Field::power_limit] == 72);
  CHECK(*gpu[Field::power_default_limit] == 72);
  CHECK(*gpu[Field::energy] == 123456.789);
  CHECK(*gpu[Field::temp_gpu] == 58);
  CHECK(*gpu[Field::temp_slowdown] == 82);
  CHECK(*gpu[Field::temp_margin] == 24);
  CHECK(*gpu[Field::clock_sm] == 2040);
  CHECK(*gpu[Field::ecc_uncorrected] == 0);
  CHECK(gpu.throttle->empty());
  CHECK(gpu[Field::fan].why == "not supported by this GPU");
  CHECK(gpu[Field::nvlink_up].why == "not supported by this GPU");
  CHECK(gpu[Field::pcie_tx].why == "only measured with --pcie");
  check_reasons(gpu);
}

TEST_CASE("an H200 under full load is read whole, and watts stay as they were told", "[gpu]") {
  const auto snapshot = read(fake_nvml::one_h200);
  const auto& gpu = snapshot.gpus.at(0);
  CHECK(*snapshot.cuda == "13.0");
  CHECK(*gpu[Label::arch] == "Hopper");
  CHECK(*gpu[Label::bus_id] == "00000000:00:06.0");
  CHECK(*gpu[Field::power] == 691.93);  // and not 691.9300000000001
  CHECK(*gpu[Field::power_default_limit] == 700);
  CHECK(*gpu[Field::temp_slowdown] == 89);
  CHECK(*gpu[Field::temp_margin] == 29);
  CHECK(*gpu.throttle == std::vector<std::string>{"sw_power_cap"});
  CHECK(gpu[Field::nvlink_links].why == "not supported by this GPU");
  CHECK(gpu.procs->at(0).pid == 652);
  check_reasons(gpu);
}

TEST_CASE("NVML's processes have memory and their share of the processors", "[gpu]") {
  const auto snapshot =
      read("gpu\nprocess compute 1 1000 35\nprocess graphics 2 18446744073709551615 0\nprocess mps 3 5 200\n");
  const auto& procs = *snapshot.gpus[0].procs;
  REQUIRE(procs.size() == 3);
  CHECK(procs[0].type == "compute");
  CHECK(*procs[0].mem_b == 1000);
  CHECK(*procs[0].sm == 35);
  CHECK(procs[1].mem_b.why == "the driver does not know it");
  CHECK(procs[2].type == "mps");
  CHECK_FALSE(procs[2].sm);
}

TEST_CASE("a program that computes and draws is one process", "[gpu]") {
  const auto snapshot = read("gpu\nprocess compute 5 1000 7\nprocess graphics 5 1000 7\nprocess graphics 6 10 1\n");
  const auto& procs = *snapshot.gpus.at(0).procs;
  REQUIRE(procs.size() == 2);
  CHECK(procs[0].type == "compute+graphics");
  CHECK(procs[1].type == "graphics");
}

TEST_CASE("a list of processes that outgrows the buffer is asked for again", "[gpu]") {
  std::string scenario = "gpu\n";
  for (int pid = 1; pid <= 100; ++pid) scenario += "process compute " + std::to_string(pid) + " 1 0\n";
  CHECK(read(scenario).gpus[0].procs->size() == 100);
}

TEST_CASE("PCIe and NVLink traffic is read on demand", "[gpu]") {
  const auto snapshot = read(fake_nvml::eight_b200, {}, {.pcie = true, .nvlink = true});
  REQUIRE(snapshot.gpus.size() == 8);
  const auto& gpu = snapshot.gpus[7];
  CHECK(gpu.index == 7);
  CHECK(*gpu[Field::pcie_tx] == 1'000'000);
  CHECK(*gpu[Field::nvlink_links] == 18);
  CHECK(*gpu[Field::nvlink_up] == 18);
  CHECK(*gpu[Field::nvlink_tx] == 5 * 1024);
  CHECK(*gpu[Field::nvlink_rx] == 7 * 1024);
  CHECK(*gpu[Field::nvlink_errors] == 0);
  CHECK(*gpu[Field::temp_mem] == 82);
  CHECK(*gpu.throttle == std::vector<std::string>{"sw_power_cap"});
}

TEST_CASE("a lost GPU stands among the others with its trouble", "[gpu]") {
  const auto snapshot = read(fake_nvml::one_of_eight_h100_lost);
  REQUIRE(snapshot.gpus.size() == 8);
  CHECK(snapshot.gpus[3].presence == Presence::lost);
  CHECK(snapshot.gpus[3].trouble == "the GPU is lost: it fell off the bus");
  CHECK(snapshot.gpus[3][Field::power].why == snapshot.gpus[3].trouble);
  check_reasons(snapshot.gpus[3]);
  CHECK(snapshot.gpus[4].presence == Presence::ok);
  CHECK(*snapshot.gpus[4][Field::power] == 690);
}

TEST_CASE("the parts of a divided GPU have memory of their own", "[gpu]") {
  const auto snapshot = read(fake_nvml::divided_a100);
  const auto& gpu = snapshot.gpus.at(0);
  CHECK(*gpu[Label::mig_mode] == "enabled");
  CHECK(gpu[Field::util_gpu].why == "not supported by this GPU");
  REQUIRE(gpu.mig->size() == 2);
  CHECK(*gpu.mig->at(0).uuid == "MIG-aaaaaaaa-1111-2222-3333-444455556666");
  CHECK(*gpu.mig->at(0).mem_total_b == 42949672960.0);
  CHECK(*gpu.mig->at(1).gpu_instance == 9);
  CHECK(*gpu.procs->at(0).mig == "1/0");
}

TEST_CASE("a GPU without memory of its own says that it shares the host's", "[gpu]") {
  const auto snapshot = read(fake_nvml::unified_gb10);
  const auto& gpu = snapshot.gpus.at(0);
  CHECK(*gpu[Label::mem_kind] == "unified");
  CHECK(gpu[Field::mem_total].why == "the GPU shares the memory of the host");
  CHECK(*read("gpu\ntotal 0\nreserved 0\nused 0\n").gpus[0][Label::mem_kind] == "unified");
}

TEST_CASE("memory that the operating system accounts for is marked", "[gpu]") {
  const auto snapshot = read("gpu\naddressing 2\n");
  CHECK(*snapshot.gpus[0][Label::addressing] == "ATS");
  CHECK(*snapshot.gpus[0][Label::mem_kind] == "numa");
}

TEST_CASE("a driver of series 470 lacks what came later and nothing else", "[gpu]") {
  const auto now = read(fake_nvml::one_l4).gpus.at(0);
  const auto old = read(fake_nvml::one_l4, fake_nvml::newer_than_470).gpus.at(0);
  CHECK(*old[Field::mem_used] == 1073741824.0 + 469762048.0);
  CHECK(old[Field::mem_reserved].why == "this driver adds what is reserved to what is used");
  CHECK(*old[Field::temp_gpu] == *now[Field::temp_gpu]);
  CHECK(old.throttle == now.throttle);
  CHECK(old.procs->size() == 1);
  CHECK(known(old) + 1 == known(now));
}

TEST_CASE("a library with the oldest symbols alone can be read", "[gpu]") {
  auto session = Session::open(fake_nvml::load(LLMGW_FAKE_NVML_OLD_LIBRARY, fake_nvml::one_l4));
  REQUIRE(session);
  const auto snapshot = session->read({});
  REQUIRE(snapshot);
  const auto& gpu = snapshot->gpus.at(0);
  CHECK(*gpu[Label::bus_id] == "0000:1B:00.0");
  CHECK(*gpu[Field::power_limit] == 72);
  CHECK(gpu[Field::energy].why == "this driver does not have the call");
  REQUIRE(gpu.procs->size() == 1);
  CHECK(gpu.procs->at(0).pid == 4242);
  CHECK(*gpu.procs->at(0).mem_b == 1048576000.0);
  check_reasons(gpu);
}

TEST_CASE("each optional symbol may be missing", "[gpu]") {
  const auto names = nvml::symbol_names();
  const auto missing = names[GENERATE(range(std::size_t{0}, std::size_t{64}))];
  if (nvml::required(missing)) return;
  CAPTURE(missing);
  const auto full = read(fake_nvml::eight_b200).gpus.at(0);
  const auto snapshot = read(fake_nvml::eight_b200, [missing](std::string_view name) { return name == missing; });
  REQUIRE(snapshot.gpus.size() == 8);
  const auto& gpu = snapshot.gpus[0];
  check_reasons(gpu);
  for (const auto& row : fields()) {
    CAPTURE(row.path);
    if (gpu[row.field] && row.field != Field::mem_used) CHECK(*gpu[row.field] == *full[row.field]);
    if (!gpu[row.field] && full[row.field] && row.field != Field::mem_reserved) {
      CHECK(gpu[row.field].why == "this driver does not have the call");
    }
  }
  constexpr std::size_t most_of_one_call = 4;
  CHECK(known(gpu) + most_of_one_call >= known(full));
}

TEST_CASE("the table of symbols is tried to its end", "[gpu]") { CHECK(nvml::symbol_names().size() == 66); }

TEST_CASE("a library without what everything needs is refused by name", "[gpu]") {
  const auto [prefix, says] = GENERATE(table<std::string, std::string>({
      {"nvmlInit", "the library is not NVML: it has no nvmlInit"},
      {"nvmlDeviceGetCount", "the library is not NVML: it has no nvmlDeviceGetCount"},
      {"nvmlDeviceGetHandleByIndex", "the library is not NVML: it has no nvmlDeviceGetHandleByIndex"},
      {"nvmlErrorString", "the library is not NVML: it has no nvmlErrorString"},
  }));
  const auto session =
      Session::open(fake("gpu\n", [prefix](std::string_view name) { return name.starts_with(prefix); }));
  REQUIRE_FALSE(session);
  CHECK(session.error().code == Errc::not_found);
  CHECK(session.error().message == says);
}

TEST_CASE("every call may answer every code, and the rest is read", "[gpu]") {
  const auto full = read(fake_nvml::eight_b200).gpus.at(0);
  for (const auto name : nvml::symbol_names()) {
    if (nvml::required(name) || name == "nvmlShutdown") continue;
    for (const auto& code : nvml::return_codes()) {
      if (code.code == nvml::success) continue;
      CAPTURE(name, code.code);
      const auto snapshot = read(std::string(fake_nvml::eight_b200) + "fail " + std::string(name) + " " +
                                 std::to_string(code.code) + "\n");
      const auto& gpu = snapshot.gpus.at(0);
      const bool gone = code.code == nvml::gpu_is_lost || code.code == nvml::reset_required;
      if (!gone) CHECK(gpu.presence == Presence::ok);
      for (const auto& row : fields()) {
        const auto& figure = gpu[row.field];
        if (!figure && full[row.field] && row.field != Field::mem_reserved && !row.path.starts_with("nvlink")) {
          CHECK(figure.why == code.reason);
        }
      }
      constexpr std::size_t most_of_one_call = 4;
      CHECK(known(gpu) + most_of_one_call >= known(full));
    }
  }
}

TEST_CASE("every code of the start and of the count is told with what to do", "[gpu]") {
  const auto& code = nvml::return_codes()[GENERATE(range(std::size_t{1}, std::size_t{31}))];
  CAPTURE(code.code);
  const auto session = Session::open(fake("init " + std::to_string(code.code) + "\ngpu\n"));
  REQUIRE_FALSE(session);
  CHECK(session.error().code == Errc::not_found);
  CHECK(session.error().message == "NVML: " + std::string(code.reason));
  CHECK(session.error().param == code.advice);
  const auto counted = Session::open(fake("count " + std::to_string(code.code) + "\ngpu\n"));
  REQUIRE(counted);
  REQUIRE_FALSE(counted->read({}));
  CHECK(counted->read({}).error().message == "NVML: " + std::string(code.reason));
  const auto opened = read("gpu\nfail nvmlDeviceGetHandleByIndex_v2 " + std::to_string(code.code) + "\n");
  CHECK(opened.gpus.at(0).presence != Presence::ok);
  CHECK(opened.gpus.at(0).trouble == code.reason);
}

TEST_CASE("the table of return codes is tried to its end", "[gpu]") {
  CHECK(nvml::return_codes().size() == 31);
  CHECK(nvml::reason_of(12345) == "NVML error 12345");
}

TEST_CASE("GPUs with NVLink between them say so, others say what lies between", "[gpu]") {
  const auto session = Session::open(fake(fake_nvml::eight_b200));
  REQUIRE(session);
  const auto links = session->links();
  CHECK(links.size() == 28);
  CHECK(*links[0].path == "NV18");
  const auto apart = Session::open(fake("gpu\ngpu\n"));
  REQUIRE(apart);
  CHECK(*apart->links().at(0).path == "SYS");
}

TEST_CASE("a library that is not there is told with the loader's words", "[gpu]") {
  const auto library = nvml::load(FixedEnv(FixedEnv::Variables{{"LLMGW_NVML_LIB", "/nonexistent/libnvidia-ml.so.1"}}));
  REQUIRE_FALSE(library);
  CHECK(library.error().code == Errc::not_found);
  CHECK(library.error().message.contains("/nonexistent/libnvidia-ml.so.1"));
  CHECK(library.error().param.contains("LLMGW_NVML_LIB"));
}

}  // namespace nvml_test
