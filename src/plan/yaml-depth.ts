/**
 * A look at YAML text for how deeply it is nested. What makes data of it calls itself once for every level, and a text
 * that has it run out of stack is more than a refused plan: V8 cannot compile a regular expression there, and ends the
 * whole process, a channel's on air.
 */
import { Lexer, Parser } from 'yaml';

/** Whether something stands more than `levels` deep. The rest of such a text is not looked at. */
export function isDeeperThan(levels: number, text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // The parser calls itself for no level; it keeps what it is within on a stack of its own.
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > levels) return true;
  }
  return false;
}
