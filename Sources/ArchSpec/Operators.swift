/// The operators of the language and the arguments that they take, in the order in which they may be given.
///
/// One table: calls are checked against it, suggestions come from it, and the language reference is tested against it.
public enum Operators {
  public struct Signature: Sendable {
    public var name: String
    /// Arguments in order; those without a default are required.
    public var arguments: [(name: String, standard: String?)]
    public var summary: String
  }

  public static let all: [Signature] = [
    .init(
      name: "input", arguments: [("channels", nil), ("height", ""), ("width", "")],
      summary: "a tensor from outside; without height and width a vector"),
    .init(
      name: "conv",
      arguments: [
        ("kernel", nil), ("out", nil), ("stride", "1"), ("padding", "half"), ("dilation", "1"), ("groups", "1"),
        ("bias", "false"),
      ], summary: "convolution"),
    .init(
      name: "convtranspose",
      arguments: [
        ("kernel", nil), ("out", nil), ("stride", "1"), ("padding", "0"), ("outputpadding", "0"), ("dilation", "1"),
        ("groups", "1"), ("bias", "false"),
      ], summary: "transposed convolution"),
    .init(name: "linear", arguments: [("out", nil), ("bias", "true")], summary: "fully connected layer"),
    .init(name: "bn", arguments: [("scale", "true"), ("shift", "true")], summary: "batch normalisation"),
    .init(
      name: "layernorm", arguments: [("scale", "true"), ("shift", "true")], summary: "normalisation over the channels"),
    .init(
      name: "groupnorm", arguments: [("groups", nil), ("scale", "true"), ("shift", "true")],
      summary: "normalisation over groups of channels"),
    .init(name: "relu", arguments: [], summary: "max(x, 0)"),
    .init(name: "relu6", arguments: [], summary: "min(max(x, 0), 6)"),
    .init(name: "leakyrelu", arguments: [("slope", "0.01")], summary: "x, or slope·x where x is negative"),
    .init(name: "sigmoid", arguments: [], summary: "1 / (1 + exp(−x))"),
    .init(name: "hardsigmoid", arguments: [], summary: "relu6(x + 3) / 6"),
    .init(name: "silu", arguments: [], summary: "x · sigmoid(x), also called swish"),
    .init(name: "swish", arguments: [], summary: "another name of silu"),
    .init(name: "hardswish", arguments: [], summary: "x · hardsigmoid(x)"),
    .init(name: "tanh", arguments: [], summary: "hyperbolic tangent"),
    .init(name: "gelu", arguments: [], summary: "x · Φ(x)"),
    .init(name: "softmax", arguments: [], summary: "exponentials that sum to 1 over the channels"),
    .init(
      name: "maxpool",
      arguments: [("kernel", nil), ("stride", "kernel"), ("padding", "half"), ("dilation", "1"), ("ceil", "false")],
      summary: "the greatest of each window; maxpool(global) of each channel"),
    .init(
      name: "avgpool",
      arguments: [
        ("kernel", nil), ("stride", "kernel"), ("padding", "half"), ("ceil", "false"), ("countpadding", "true"),
      ], summary: "the mean of each window; avgpool(global) of each channel"),
    .init(name: "adaptivemaxpool", arguments: [("out", nil)], summary: "maximum pool to a given output size"),
    .init(name: "adaptiveavgpool", arguments: [("out", nil)], summary: "mean pool to a given output size"),
    .init(name: "shuffle", arguments: [("groups", nil)], summary: "channels of each group dealt out over all groups"),
    .init(name: "permute", arguments: [("order", nil)], summary: "output channel i is input channel order[i]"),
    .init(name: "slice", arguments: [("start", nil), ("count", nil)], summary: "consecutive channels"),
    .init(name: "split", arguments: [("parts", nil), ("index", nil)], summary: "one of equal parts of the channels"),
    .init(
      name: "pad", arguments: [("padding", nil)],
      summary: "zeros around the image; where negative, so many rows and columns less"),
    .init(
      name: "padchannels", arguments: [("before", nil), ("after", nil)],
      summary: "channels of zeros before and after those that come in"),
    .init(name: "flatten", arguments: [], summary: "an image as one vector"),
    .init(name: "dropout", arguments: [("rate", "0.5")], summary: "nothing at inference"),
    .init(name: "lrn", arguments: [("size", "5")], summary: "local response normalisation across channels"),
    .init(
      name: "upsample", arguments: [("scale", nil), ("mode", "\"nearest\"")], summary: "nearest or bilinear enlargement"
    ),
    .init(name: "scale", arguments: [], summary: "a learned factor for each channel"),
    .init(name: "scaleby", arguments: [("factor", nil)], summary: "every element times a constant"),
    .init(name: "identity", arguments: [], summary: "nothing"),
    .init(name: "from", arguments: [("label", nil)], summary: "go on from the result of a label"),
  ]

  public static let names = Set(all.map(\.name))
  static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
