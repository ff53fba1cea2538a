/// The specifications that come with archcalc, compiled into the program.
public enum Catalog {
  public struct File: Sendable {
    public let name: String
    private let load: @Sendable () -> [UInt8]

    public var bytes: [UInt8] { load() }

    init(_ name: String, _ load: @escaping @Sendable @autoclosure () -> [UInt8]) {
      self.name = name
      self.load = load
    }
  }

  /// In the order in which `archcalc list` shows them.
  public static let files = [
    File("alexnet.arch", PackageResources.alexnet_arch),
    File("vgg.arch", PackageResources.vgg_arch),
    File("resnet.arch", PackageResources.resnet_arch),
    File("resnet_keras.arch", PackageResources.resnet_keras_arch),
    File("resnet_v2.arch", PackageResources.resnet_v2_arch),
    File("resnet_cifar.arch", PackageResources.resnet_cifar_arch),
    File("resnext.arch", PackageResources.resnext_arch),
    File("resnext_listings.arch", PackageResources.resnext_listings_arch),
    File("resnext_blocks.arch", PackageResources.resnext_blocks_arch),
    File("resnext_cifar.arch", PackageResources.resnext_cifar_arch),
    File("inception_v1.arch", PackageResources.inception_v1_arch),
    File("inception_v2.arch", PackageResources.inception_v2_arch),
    File("inception_v3.arch", PackageResources.inception_v3_arch),
    File("inception_v4.arch", PackageResources.inception_v4_arch),
    File("inception_resnet.arch", PackageResources.inception_resnet_arch),
    File("inception_modules.arch", PackageResources.inception_modules_arch),
    File("mobilenet.arch", PackageResources.mobilenet_arch),
    File("igc.arch", PackageResources.igc_arch),
  ]
}
