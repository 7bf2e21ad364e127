import type { Messages } from "../messages.ts";
import { plural } from "../plural.ts";

const RECORDS = { one: "запись", few: "записи", many: "записей", other: "записи" };

export const audit: Messages["audit"] = {
  title: "Аудит",
  note: "Каждое изменение: кто, что, когда и откуда. Изменить или удалить записи нельзя.",
  installationTitle: "Аудит установки",
  list: "Записи, сначала новые",
  number: "№",
  when: "Когда",
  who: "Кто",
  what: "Что",
  target: "Объект",
  from: "Откуда",
  change: "Изменение",
  changeOf: (action) => `Что изменило ${action}`,
  show: "Показать",
  noDetails: "без подробностей",
  action: "Действие, например script.published",
  actor: "Кто, например user:0198…",
  targetId: "Идентификатор объекта",
  since: "С какого дня",
  until: "По какой день",
  exportAs: "Выгрузить",
  none: "Здесь пусто",
  noneText: "Под эти фильтры не подходит ни одна запись.",
  verification: "Цепочка записей",
  verify: "Проверить сейчас",
  verifying: "Проверяется…",
  verified: (count) => `Проверено, цепочка цела: ${plural("ru", count, RECORDS)}`,
  broken: (seq, reason) => `Нарушена на записи ${seq}: ${reason}`,
  tooLong: (count) =>
    `${plural("ru", count, RECORDS)} — слишком много для проверки здесь: запустите skerry audit verify.`,
  head: "Последний хеш",
  headHint: "Сохраните его отдельно: он докажет, что до этого места ничего не менялось.",
};
