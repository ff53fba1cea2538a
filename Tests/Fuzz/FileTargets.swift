import ArchIR
import ArchReport
import ArchRuntime
import ArchSpec
import Foundation

@testable import archcalc

/// Any bytes are JSON, which is written and read back the same, or a `Diagnostic`; any JSON is a report, or one too.
func fuzzReport(_ bytes: [UInt8]) {
  expecting(Diagnostic.self) {
    let json = try JSON(parsing: Source(name: "fuzz", bytes: bytes))
    let text = json.text()
    let again = try JSON(parsing: Source(name: "written", text: text))
    precondition(again.text() == text, text)
    if let claims = try? Verification(json, name: "fuzz") { _ = claims.markdown(version: "0") }
    let snapshot = try Snapshot(json, name: "fuzz")
    for other in [snapshot, seed] {
      for (old, new) in [(snapshot, other), (other, snapshot)] {
        guard let difference = try? Difference(old, new) else { continue }
        _ = difference.json(version: "0").text()
        _ = TextRenderer(width: 80, usesColor: false).render(difference.document())
      }
    }
  }
}

private let seed: Snapshot = {
  let text =
    #"{"schema":"archcalc.analysis/1","network":"n","convention":"macs","parameters":{"width":8},"totals":{"params":{"trainable":7},"macs":9},"#
    + #""layers":[{"name":"a.b","op":"conv","params":7,"macs":9,"input":[[1,3,8,8]],"output":[1,8,8,8],"kernel":[3,3]}]}"#
  return try! Snapshot(try! JSON(parsing: Source(name: "seed", text: text)), name: "seed")
}()

/// Any bytes are an array, which is written and read back the same, or a `NumpyError`.
func fuzzArray(_ bytes: [UInt8]) {
  expecting(NumpyError.self) {
    let array = try bytes.withUnsafeBytes { try NumpyArray($0) }
    precondition(array.shape.contains(0) ? array.values.isEmpty : array.shape.reduce(1, *) == array.values.count)
    let again = try array.file.withUnsafeBytes { try NumpyArray($0) }
    precondition(again.shape == array.shape && again.values.map(\.bitPattern) == array.values.map(\.bitPattern))
  }
}

/// Any bytes are a budget or a `Diagnostic`.
func fuzzBudget(_ bytes: [UInt8]) {
  expecting(Diagnostic.self) {
    let budget = try Budget(Source(name: "fuzz", bytes: bytes))
    for entry in budget.entries { precondition(!entry.words.isEmpty && !entry.limits.isEmpty) }
  }
}

/// Of any bytes the lines that are calibrations or tuned methods can be written, read back the same, and used.
func fuzzCalibrations(_ bytes: [UInt8]) {
  let methods = TuneCache.entries(in: bytes)
  precondition(Set(TuneCache.entries(in: Array(TuneCache.text(methods).utf8))) == Set(methods))
  let kept = MachineCache.calibrations(in: bytes)
  let again = MachineCache.calibrations(in: Array(MachineCache.text(kept).utf8))
  precondition(again.count == kept.count)
  for calibration in kept {
    let limit = calibration.limit(operations: .max, bytes: .max)
    precondition(limit.isFinite && limit > 0)
    for family in StepWork.Family.allCases {
      precondition(calibration.rates[family]?.values.allSatisfy(\.isFinite) ?? true)
    }
  }
}

/// Any words, one a line, are understood or refused with a reason; nothing is carried out that reads or writes files.
func fuzzCommandLine(_ bytes: [UInt8]) {
  let words = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
    String.init)
  guard let first = words.first, words.count < 40,
    !words.contains(where: { $0.contains("/") || $0 == "-" || $0.contains("\0") })
  else { return }
  let rest = Array(words.dropFirst())
  expecting(Diagnostic.self, SettingError.self, UsageError.self) {
    switch first {
    case "sweep": _ = try SweepRequest(rest)
    case "run", "plan": _ = try RunRequest(rest, command: first)
    case "list", "help", "completions", "show":
      let status = Program(words).run()
      precondition((0...2).contains(status))
    case "amount":
      for word in rest {
        _ = (Amount.parse(word), Amount.parseShare(word), try? IncreaseLimit(parsing: word), StatedNumber(word))
      }
    default: _ = try AnalyzeRequest(words)
    }
  }
}
