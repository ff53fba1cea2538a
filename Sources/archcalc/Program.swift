import ArchAlgebra
import ArchSpec

/// archcalc's version, as reports name it.
let version = "0.1.0"

/// One run of the command: what is asked for, and what becomes of errors.
struct Program {
  private let arguments: [String]
  private let console = Console()

  init(_ arguments: [String]) { self.arguments = arguments }

  /// - Returns: the exit status: 0, 1 if what was asked for cannot be done, 2 if the command line makes no sense.
  func run() -> Int32 {
    do {
      try dispatch()
      return 0
    } catch let error as FailedCheck {
      return console.fail(error.description, status: 1)
    } catch let error as UsageError {
      return console.fail(error.description, status: 2)
    } catch let error as Diagnostic {
      // A condition of the command line has places too.
      return console.fail(error.description, status: error.place.source?.name.hasPrefix("--") == true ? 2 : 1)
    } catch let error as SettingError {
      return console.fail("error: --\(error)\nhelp: archcalc help NETWORK lists its parameters", status: 2)
    } catch let error as OutputError {
      return console.fail("error: \(error)", status: 1)
    } catch let error as ArithmeticError {
      return console.fail("error: the network is too large to be counted: \(error)", status: 1)
    } catch {
      return console.fail("error: \(error)", status: 1)
    }
  }

  private func dispatch() throws {
    guard let word = arguments.first else { return try HelpCommand().run([]) }
    if let command = Commands.named(word) {
      let rest = Array(arguments.dropFirst())
      if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
        return try HelpCommand().run([word])
      }
      return try command.run(rest)
    }
    switch word {
    case "--help", "-h": try HelpCommand().run(Array(arguments.dropFirst()))
    case "--version": try console.print("archcalc \(version)\n")
    default: try AnalyzeCommand().run(arguments)
    }
  }
}

/// What was to be checked was checked, and does not hold.
struct FailedCheck: Error, CustomStringConvertible {
  private let reasons: [String]

  init(_ reasons: [String]) { self.reasons = reasons }

  var description: String { reasons.map { "failed: \($0)" }.joined(separator: "\n") }
}

/// A command line that makes no sense.
struct UsageError: Error, CustomStringConvertible {
  var message: String
  var help: String?

  init(_ message: String, help: String? = nil) {
    self.message = message
    self.help = help
  }

  /// An amount beyond what can be counted.
  init(tooLarge amount: String, _ option: String) {
    self.init("--\(option) \(amount) is too large", help: "amounts fit in 64 bits: they are below 9.22e18")
  }

  var description: String { "error: \(message)" + (help.map { "\nhelp: \($0)" } ?? "") }
}

/// A word that archcalc does something for besides analysing a network.
protocol Command: Sendable {
  static var name: String { get }
  /// The name, what it takes, and its options; completions are read off it, `…` says that there may be several.
  static var usage: String { get }
  static var summary: String { get }
  /// The options, where the usage has no room for all or they need explaining.
  static var options: [OptionDescription] { get }
  /// The names of the options of every network that it takes as well.
  static var networkOptions: [String] { get }
  init()
  func run(_ arguments: [String]) throws
}

extension Command {
  static var options: [OptionDescription] { [] }
  static var networkOptions: [String] { [] }

  /// Its own options, and those of every network that it takes: what help lists, and all that is not refused.
  static var allOptions: [OptionDescription] {
    let own = Set(options.map(\.name))
    return options + GeneralOption.all.filter { networkOptions.contains($0.name) && !own.contains($0.name) }
  }
}

enum Commands {
  static let all: [any Command.Type] = [
    RunCommand.self, PlanCommand.self, MachineCommand.self, SweepCommand.self, SolveCommand.self, CompareCommand.self,
    VerifyCommand.self, CheckCommand.self, DiffCommand.self, ReconcileCommand.self, ReportCommand.self,
    ListCommand.self,
    ShowCommand.self, ExportCommand.self, FormatCommand.self, CompletionsCommand.self, HelpCommand.self,
  ]

  static func named(_ word: String) -> (any Command)? { all.first { $0.name == word }?.init() }
}
