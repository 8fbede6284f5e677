#pragma once

#include <memory>
#include <string>
#include <utility>

#include "cli/client/exchange.h"
#include "cli/context.h"

namespace llmgw::cli::ask {

/// How the answer is printed.
enum class Format { text, json, jsonl };

/// What a printer must know beside the answer.
struct PrinterOptions {
  Format format = Format::text;
  bool show_reasoning = false;  ///< on standard error
  bool quiet = false;
  std::string model;  ///< the name asked for, see `name_model`
};

/// Prints an answer while it comes, and what follows it at its end.
class Printer : public Listener {
 public:
  Printer(Context& context, PrinterOptions options) : context_(context), options_(std::move(options)) {}
  void on_retry(const Failure& failure, net::milliseconds pause) override;
  [[nodiscard]] bool gone() const override { return context_.out.error() != 0; }
  /// The answer is complete.
  virtual void finish(const Exchanged& exchanged) = 0;
  /// The exchange failed or was interrupted; what came so far has been printed. The caller tells the failure on
  /// standard error, whatever is printed here.
  virtual void broken(const Failure& failure) = 0;
  /// The name of the model that is asked, once it is known.
  void name_model(std::string model) { options_.model = std::move(model); }

 protected:
  Context& context_;
  PrinterOptions options_;
};

std::unique_ptr<Printer> make_printer(Context& context, PrinterOptions options);

}  // namespace llmgw::cli::ask
