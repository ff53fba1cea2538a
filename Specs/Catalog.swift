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
    File("resnext_claims.arch", PackageResources.resnext_claims_arch),
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
    File("mobilenet_claims.arch", PackageResources.mobilenet_claims_arch),
    File("mobilenet_v2.arch", PackageResources.mobilenet_v2_arch),
    File("mobilenet_v3.arch", PackageResources.mobilenet_v3_arch),
    File("xception.arch", PackageResources.xception_arch),
    File("densenet.arch", PackageResources.densenet_arch),
    File("densenet_cifar.arch", PackageResources.densenet_cifar_arch),
    File("igc.arch", PackageResources.igc_arch),
    File("igc_residual.arch", PackageResources.igc_residual_arch),
    File("igc_imagenet.arch", PackageResources.igc_imagenet_arch),
    File("igcv2.arch", PackageResources.igcv2_arch),
    File("igcv3.arch", PackageResources.igcv3_arch),
    File("squeezenet.arch", PackageResources.squeezenet_arch),
    File("shufflenet_v2.arch", PackageResources.shufflenet_v2_arch),
    File("mnasnet.arch", PackageResources.mnasnet_arch),
    File("efficientnet.arch", PackageResources.efficientnet_arch),
    File("senet.arch", PackageResources.senet_arch),
    File("regnet.arch", PackageResources.regnet_arch),
    File("convnext.arch", PackageResources.convnext_arch),
    File("primitives.arch", PackageResources.primitives_arch),
    File("claims_resnext.arch", PackageResources.claims_resnext_arch),
    File("claims_resnext_forms.arch", PackageResources.claims_resnext_forms_arch),
    File("claims_igc.arch", PackageResources.claims_igc_arch),
    File("claims_igc_width.arch", PackageResources.claims_igc_width_arch),
    File("claims_resnext_listings.arch", PackageResources.claims_resnext_listings_arch),
    File("claims_inception.arch", PackageResources.claims_inception_arch),
    File("claims_mobilenet.arch", PackageResources.claims_mobilenet_arch),
    File("claims_mobilenet_scaling.arch", PackageResources.claims_mobilenet_scaling_arch),
    File("claims_resnet.arch", PackageResources.claims_resnet_arch),
    File("claims_resnet_cost.arch", PackageResources.claims_resnet_cost_arch),
  ]
}
