import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// The closed forms of a network's cost in its numeric parameters.
public struct ClosedForms: Sendable {
  public let subject: Subject
  public let analysis: Analysis<Expr>

  /// Why a network whose numbers are known has no closed forms.
  public struct Absence: Error, Hashable, Sendable {
    public let reason: String

    public init(reason: String) { self.reason = reason }

    public init(_ error: Diagnostic) { reason = error.cause.map { "\(error.message): \($0)" } ?? error.message }
  }

  /// Symbols, numbers and functions of a formula that is still of use to somebody; those of real networks have some
  /// hundreds.
  public static let largestFormula = 4_000

  /// - Throws: ``Diagnostic`` where the specification cannot be followed or a formula is beyond ``largestFormula``.
  public init(_ specification: Specification, network: String, options: ElaborationOptions = .init()) throws {
    let architecture: Architecture<Expr> = try specification.elaborate(network, options: options)
    try self.init(architecture.graph, Subject(architecture))
  }

  /// - Throws: ``Diagnostic`` where a count leaves the range of integers or a formula is beyond ``largestFormula``.
  public init(_ graph: Graph<Expr>, _ subject: Subject) throws {
    self.subject = subject
    do {
      analysis = try Analysis(graph)
      for formula in [try analysis.total.parameters.trainable, try CountingConvention.flops.count(analysis.total)] {
        guard formula.size > Self.largestFormula else { continue }
        throw ArithmeticError.tooLarge(
          "a cost of \(formula.size) symbols and numbers; \(Self.largestFormula) are printed")
      }
    } catch let error as AnalysisError {
      throw Diagnostic("\(error)", at: subject.place(of: error.node))
    } catch let error as ArithmeticError {
      throw Diagnostic("the closed form cannot be held", at: .none, cause: "\(error)")
    }
  }
}
