#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/dialects/dialect.h"
#include "core/ir/answer.h"

namespace llmgw::fixtures {

/// The folder of recorded and composed wire data beside the repository.
std::filesystem::path root();
/// False where the folder is not there: tests that need it skip then, saying so.
bool available();
/// A file's bytes.
std::string read(const std::filesystem::path& file);

/// One answer of an upstream and what it must decode to.
struct Answer {
  std::string family;  ///< "vllm"
  std::string name;    ///< "vllm/composed-stream-error/response.sse"
  const dialect::Dialect* dialect = nullptr;
  bool stream = false;
  int status = 200;      ///< of HTTP; an error body when it is 400 or above
  std::string body;      ///< bytes of the stream or of the whole answer
  std::string expected;  ///< the outcome as a JSON object
};

/// The answers of these families in the Chat and Messages formats that have an outcome, sorted by name.
std::vector<Answer> answers(const std::vector<std::string>& families);
/// The error answers (HTTP 400 and above) of these families; they have no outcome.
std::vector<Answer> errors(const std::vector<std::string>& families);

/// How a stream's bytes are cut into reads.
enum class Cut { whole, bytes, random };

/// Decodes a stream's bytes as they would come over a connection, or a whole answer; `seed` for Cut::random and ids.
ir::Events decode(const Answer& answer, Cut cut, std::uint64_t seed = 1);
/// Decodes the bytes of a stream.
ir::Events decode_stream(const dialect::Dialect& dialect, std::string_view bytes, Cut cut, std::uint64_t seed = 1);
/// What the events amount to.
ir::Answer collect(const ir::Events& events);

/// Compares an answer with an outcome; only the outcome's keys count. Empty: equal, else what differs.
std::string difference(std::string_view expected, const ir::Answer& answer);
/// Compares two answers by what a client sees: text, reasoning, calls, finish, usage, error, completeness.
std::string difference(const ir::Answer& one, const ir::Answer& other);

}  // namespace llmgw::fixtures
