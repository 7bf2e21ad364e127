/** Longest template, in UTF-16 code units. */
export const MAX_TEMPLATE_LENGTH = 2 ** 20;
/** Longest code between two braces, in UTF-16 code units. */
export const MAX_CODE_LENGTH = 2 ** 17;
/** Longest JSON text of a tree of templates, in UTF-16 code units. */
export const MAX_TREE_LENGTH = 2 ** 22;
/** Levels of arrays and objects in a tree of templates. */
export const MAX_TREE_DEPTH = 250;
/** Pieces of code in one template or tree. */
export const MAX_CHUNKS = 10_000;
/** Brackets open at once. Half of what the parser has stack for. */
export const MAX_OPEN_BRACKETS = 250;
/** Levels of syntax, e.g. terms of one sum, or members of one path. */
export const MAX_SYNTAX_DEPTH = 1_000;
