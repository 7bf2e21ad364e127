/** What pages with editors load besides. */
import { defineCodeEditor } from "./code-editor.ts";
import { startDraftForm } from "./draft-form.ts";
import { startMarks } from "./marks.ts";
import { startMonaco } from "./monaco.ts";

startMonaco();
defineCodeEditor();
startMarks();
startDraftForm();
