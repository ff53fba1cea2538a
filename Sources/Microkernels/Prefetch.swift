import Builtin

/// Asks for the cache line at an address to be brought into the second-level cache. Any address may be given.
@_alwaysEmitIntoClient @inline(__always)
func prefetch(_ address: UnsafePointer<Float>) {
  Builtin.int_prefetch_RawPointer(address._rawValue, (0 as Int32)._value, (2 as Int32)._value, (1 as Int32)._value)
}

/// The same, and into the first-level cache: for what is read so soon that the second-level cache is a detour. Streams
/// that are asked for into the second level alone come at three quarters of the speed on AMD's Zen 4.
@_alwaysEmitIntoClient @inline(__always)
func prefetchNear(_ address: UnsafePointer<Float>) {
  Builtin.int_prefetch_RawPointer(address._rawValue, (0 as Int32)._value, (3 as Int32)._value, (1 as Int32)._value)
}
