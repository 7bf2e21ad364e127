/** Sends back what comes, over two FIFOs: `node echo-program.ts INPUT OUTPUT`. Ends with the other side. */
import { FifoLine } from "./fifo-line.ts";

const [input = "", output = ""] = process.argv.slice(2);
using line = new FifoLine(input, output);
for (let bytes = line.receive(); bytes.length > 0; bytes = line.receive()) line.send(bytes);
