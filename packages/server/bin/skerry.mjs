#!/usr/bin/env node
import { runCommandLine } from "#cli";

process.exitCode = await runCommandLine(process.argv.slice(2));
