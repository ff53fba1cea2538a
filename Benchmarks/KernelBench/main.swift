// The share of the machine's peak that each kernel family reaches on shapes of real networks.
//
//   swift run -c release KernelBench [--isa baseline|avx2|avx512] [--threads N] [--repeat N] [--markdown] [FAMILY …]
//
// Every row is timed several times, each time next to a loop of multiply-adds between registers; the share printed is
// the best ratio of the two, so that it holds on a machine whose clock moves or that others use as well. The roofline is
// the peak or what the row's bytes take from memory, whichever is slower; rows below 70 % of it say why.
// `--markdown` writes the table of Docs/Shares.md.
import ArchRuntime

var isa = InstructionSet.best
var threads = 1
var repeats = 9
var isMarkdown = false
var families: [String] = []
var arguments = CommandLine.arguments.dropFirst().makeIterator()
while let argument = arguments.next() {
  switch argument {
  case "--isa": isa = arguments.next().flatMap(InstructionSet.init(rawValue:)) ?? isa
  case "--threads": threads = arguments.next().flatMap(Int.init) ?? threads
  case "--markdown": isMarkdown = true
  case "--repeat": repeats = arguments.next().flatMap(Int.init) ?? repeats
  default: families.append(argument)
  }
}

let bench = Bench(kernels: Kernels(isa), pool: ThreadPool(threads: threads), repeats: repeats, isMarkdown: isMarkdown)
bench.printHeader()
for row in Row.all where families.isEmpty || families.contains(row.family) { bench.measure(row) }
