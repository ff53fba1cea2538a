import ArchSpec

private let (input, conv, bn, relu) = (Layers.input, Layers.conv, Layers.bn, Layers.relu)
private let (maxpool, avgpool, linear) = (Layers.maxpool, Layers.avgpool, Layers.linear)

/// Specs/resnext.arch in Swift.
func resnext() throws -> SpecSyntax {
  let (C, d, R): (SpecExpr, SpecExpr, SpecExpr) = ("C", "d", "R")
  let (kernel, out, stride, groups): (SpecExpr, SpecExpr, SpecExpr, SpecExpr) = ("kernel", "out", "stride", "groups")
  let (n, width): (SpecExpr, SpecExpr) = ("n", "width")
  let (cbr, bottleneck, stage, resnext) = (Callee("cbr"), Callee("bottleneck"), Callee("stage"), Callee("resnext"))
  let published: SpecSet = [.tuple(1, 64), .tuple(2, 40), .tuple(4, 24), .tuple(8, 14), .tuple(32, 4)]

  return try SpecSyntax("resnext") {
    About.title("ResNeXt")
    About.paper(
      "Xie, Girshick, Dollár, Tu, He: Aggregated Residual Transformations for Deep Neural Networks, CVPR 2017")
    About.year(2017)
    About.identifier("arXiv:1611.05431")
    About.variant("block form (c), stride in the 3x3 convolution, as in the paper and torchvision")

    Param("cardinality", as: "C", 32, in: "1..1024", "groups of each 3x3 convolution")
    Param("width", as: "d", 4, in: "1..1024", "channels of each group in conv2")
    Param("resolution", as: "R", 224, "height and width of the input")
    Param("classes", as: "K", 1000, "classes that are told apart")
    Assume(32, divides: R)

    Block("cbr", "kernel", "out", "stride = 1", "groups = 1") {
      conv(kernel, out, stride: stride, groups: groups) --> bn --> relu
    }
    Block("bottleneck", "width", "out", "stride = 1") {
      Merge(.add) {
        cbr("1x1", width) --> cbr("3x3", width, stride: stride, groups: C) --> conv("1x1", out) --> bn
      }.branch("shortcut") {
        When(.input != out || stride != 1) { conv("1x1", out, stride: stride) --> bn }
      }
      relu
    }.documented("Figure 3 (c).")
    Block("stage", "n", "width", "out", "stride = 2") {
      bottleneck(width, out, stride: stride)
      Repeat(n - 1) { bottleneck(width, out) }
    }
    Block("resnext", "n") {
      input(3, R, R)
      (cbr("7x7", 64, stride: 2) --> maxpool("3x3", stride: 2)).labeled("conv1")
      stage(n[0], C * d, 256, stride: 1).labeled("conv2")
      // What is regular can be a loop of Swift.
      for (index, width, out) in [(1, 2, 512), (2, 4, 1024), (3, 8, 2048)] {
        stage(n[SpecExpr(index)], SpecExpr(width) * C * d, SpecExpr(out)).labeled("conv\(index + 2)")
      }
      (avgpool("global") --> linear("classes")).labeled("head")
    }

    Network("resnext50", resnext([3, 4, 6, 3])) {
      About.alias("resnext50_32x4d", "resnext-50")
      About.compare("resnet50")
      Sweep("C", "d", in: published, citing: "Table 2")
    }.documented("ResNeXt-50, 32×4d.")
    Network("resnext_block") {
      input(256, 56, 56)
      Merge(.add) {
        conv("1x1", C * d) --> relu --> conv("3x3", C * d, groups: C) --> relu --> conv("1x1", 256)
      }.branch("shortcut") {}
      relu
      Sweep("C", "d", in: published, citing: "Table 2")
    }.documented("The block of conv2 without normalisation: what equation 4 counts.")
    Network("resnext101", resnext([3, 4, 23, 3])) {
      About.alias("resnext101_32x4d", "resnext-101")
      About.compare("resnet101")
      Sweep("C", "d", in: published, citing: "Table 3")
    }.documented("ResNeXt-101; 64×4d with --cardinality 64.")
  }
}
