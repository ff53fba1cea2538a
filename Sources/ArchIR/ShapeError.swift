/// Why an operator cannot be applied, and which of its attributes is to blame.
public struct ShapeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The attribute whose value does not fit, so that the place where it is written can be shown.
  public enum Culprit: String, Hashable, Sendable {
    case input, kernel, stride, padding, dilation, groups, outputChannels, output, start, count, order, scale, size
    case outputPadding
  }

  public var message: String
  public var culprit: Culprit
  public var cause: String

  public init(_ message: String, _ culprit: Culprit, cause: String) {
    self.message = message
    self.culprit = culprit
    self.cause = cause
  }

  public var description: String { "\(message): \(cause)" }
}
