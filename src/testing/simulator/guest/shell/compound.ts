import { Break, Continue } from "./control.ts";
import { expandPattern, expandText, expandWords } from "./expansion.ts";
import { patternSource } from "./pattern.ts";
import type { Shell } from "./shell.ts";
import type { CompoundCommand, Sequence } from "./syntax.ts";

/** Runs a command that holds others. */
export async function runCompound(shell: Shell, command: CompoundCommand): Promise<number> {
  switch (command.kind) {
    case "group":
      return await shell.runSequence(command.body);
    case "subshell":
      return await shell.waitFor(shell.fork((shell) => shell.runSequence(command.body)));
    case "if":
      for (const { condition, body } of command.branches) {
        if (await holds(shell, condition)) return await runBody(shell, body);
      }
      return command.otherwise ? await runBody(shell, command.otherwise) : 0;
    case "loop":
      return await loop(shell, command.body, async () => {
        return await holds(shell, command.condition) !== command.until;
      });
    case "for": {
      const words = command.words ? await expandWords(shell, command.words) : [...shell.positional];
      return await loop(shell, command.body, () => {
        const word = words.shift();
        if (word === undefined) return Promise.resolve(false);
        shell.variables.set(command.name, word);
        return Promise.resolve(true);
      });
    }
    case "case": {
      const subject = await expandText(shell, command.subject);
      for (const { patterns, body } of command.branches) {
        for (const pattern of patterns) {
          const source = patternSource(await expandPattern(shell, pattern));
          if (new RegExp(`^(?:${source})$`, "u").test(subject)) return await runBody(shell, body);
        }
      }
      return 0;
    }
  }
}

/** A body without commands is status 0. */
async function runBody(shell: Shell, body: Sequence): Promise<number> {
  shell.status = 0;
  return await shell.runSequence(body);
}

async function holds(shell: Shell, condition: Sequence): Promise<boolean> {
  return await shell.inCondition(() => shell.runSequence(condition)) === 0;
}

async function loop(shell: Shell, body: Sequence, more: () => Promise<boolean>): Promise<number> {
  let status = 0;
  try {
    while (await more()) {
      try {
        status = await runBody(shell, body);
      } catch (error) {
        if (!(error instanceof Continue)) throw error;
        if (error.depth > 1) throw new Continue(error.depth - 1);
        status = shell.status;
      }
    }
  } catch (error) {
    if (!(error instanceof Break)) throw error;
    if (error.depth > 1) throw new Break(error.depth - 1);
    status = 0;
  }
  return status;
}
