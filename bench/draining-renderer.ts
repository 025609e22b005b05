/** A Renderer that reads and drops all it gets, in a process of its own, so that its cost is not the engine's. */
import { type ChildProcess, spawn } from 'node:child_process';

/** It ends with the connection. */
export function startDrainingRenderer(port: number): ChildProcess {
  const program = `require('net').connect(${port},'127.0.0.1').resume()`;
  return spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
}
