/// What can be measured of a network, by what it takes.
enum Measure {
  static let costs: Set = [
    "params", "weights", "biases", "normalization", "buffers", "macs", "flops", "elementwise", "activations", "memory",
    "depth",
  ]
  static let structural: Set = [
    "layers", "inputs", "outputs", "height", "field", "branches", "topologies", "fields", "year",
  ]
  static let executed: Set = ["difference", "freedom", "leastpaths", "mostpaths", "zeros", "distinct"]
  static let comprehensions: Set = ["greatest", "least", "number"]
  /// Of a cost and a parameter: no network stands before them.
  static let elasticity = "elasticity"
  static let all = costs.union(structural).union(executed).union(comprehensions)
}
