/// A tensor of one image in double precision, whose channels know what they are.
struct ScalarTensor {
  /// What a channel carries: an input channel (role 0), or an output of the n-th layer with weights on its way.
  struct Label: Hashable {
    var role: Int
    var index: Int
  }

  var labels: [Label]
  var height: Int
  var width: Int
  /// Channel by channel, row by row.
  var values: [Double]

  var channels: Int { labels.count }

  init(labels: [Label], height: Int, width: Int, values: [Double]? = nil) {
    self.labels = labels
    self.height = height
    self.width = width
    self.values = values ?? [Double](repeating: 0, count: labels.count * height * width)
  }

  subscript(_ channel: Int, _ y: Int, _ x: Int) -> Double {
    get { values[(channel * height + y) * width + x] }
    set { values[(channel * height + y) * width + x] = newValue }
  }

  /// Zero outside of the image.
  func padded(_ channel: Int, _ y: Int, _ x: Int) -> Double {
    y >= 0 && y < height && x >= 0 && x < width ? self[channel, y, x] : 0
  }

  func channelValues(_ channel: Int) -> ArraySlice<Double> {
    values[channel * height * width..<(channel + 1) * height * width]
  }

  /// Some channels, in a new order.
  func selecting(_ order: [Int]) -> ScalarTensor {
    ScalarTensor(
      labels: order.map { labels[$0] }, height: height, width: width, values: order.flatMap { channelValues($0) })
  }

  func mapping(_ function: (Double) -> Double) -> ScalarTensor {
    ScalarTensor(labels: labels, height: height, width: width, values: values.map(function))
  }
}
