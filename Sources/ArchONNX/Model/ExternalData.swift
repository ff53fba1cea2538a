#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Tensors in files beside the model. A model is somebody else's file: it must not name files outside its folder.
enum ExternalData {
  /// - Throws: ``ModelError`` for a path that is empty, absolute or leads upwards.
  static func check(_ location: String, of tensor: String, at offset: Int) throws {
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    let isConfined =
      !location.isEmpty && !location.hasPrefix("/") && !location.utf8.contains(0) && !location.contains("\\")
      && parts.allSatisfy { $0 != ".." }
    guard isConfined else {
      throw ModelError(
        "external data of tensor '\(tensor)' lies outside the model's folder: '\(location.prefix(200))'", offset: offset
      )
    }
  }

  /// Maps the file that a location names.
  ///
  /// - Returns: `nil` if there is no such file: models are passed on without their tensors, too.
  /// - Throws: ``ModelError`` where it cannot be read, or is reached through a link that leaves the folder.
  static func open(_ location: String, of tensor: String, in folder: String) throws -> ModelBytes? {
    guard let root = resolved(folder), let target = resolved(folder + "/" + location) else { return nil }
    guard target.hasPrefix(root == "/" ? "/" : root + "/") else {
      throw ModelError("external data of tensor '\(tensor)' leads outside the model's folder: '\(location)'")
    }
    return try ModelBytes(path: target)
  }

  private static func resolved(_ path: String) -> String? {
    guard let buffer = realpath(path, nil) else { return nil }
    defer { free(buffer) }
    return String(cString: buffer)
  }
}
