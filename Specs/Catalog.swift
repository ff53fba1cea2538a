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
    File("resnet.arch", PackageResources.resnet_arch),
    File("resnext.arch", PackageResources.resnext_arch),
    File("mobilenet.arch", PackageResources.mobilenet_arch),
    File("igc.arch", PackageResources.igc_arch),
  ]
}
