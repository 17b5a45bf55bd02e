// Lists the fields of a form that can be seen, with what they ask for and whether they are filled in.
() => {
  const listed = (field) => {
    const key = field.dataset.f;
    const at = `f.${key}`;
    const own = [...field.querySelectorAll(`[name="${at}"]`)];
    const lookup = field.querySelector(`[name="${at}.text"]`);
    const rows = field.querySelector(`[name="${at}.rows"]`);
    const types = new Set(own.map((one) => one.type));
    const select = own[0]?.tagName === 'SELECT' ? own[0] : null;
    let kind = own[0]?.type ?? 'text';
    if (select) kind = 'select';
    for (const special of ['radio', 'checkbox', 'file']) if (types.has(special)) kind = special;
    if (lookup) kind = 'lookup';
    if (rows) kind = 'table';
    const columns = [...field.querySelectorAll(`[name^="${at}.0."]`)].filter((one) => one.type !== 'hidden');
    const filled = {
      table: () => columns.every((one) => one.value !== ''),
      lookup: () => lookup.value !== '',
      file: () => field.querySelector(`[name="${at}.id"]`) !== null || own.some((one) => one.files?.length),
      radio: () => own.some((one) => one.checked && one.value !== ''),
      checkbox: () => own.some((one) => one.checked),
    }[kind] ?? (() => own.some((one) => one.value !== ''));
    return {
      key,
      kind,
      required: field.dataset.req === '1',
      readonly: own.length === 0 && !lookup && !rows,
      filled: filled(),
      options: (select ? [...select.options] : own).map((one) => one.value).filter((value) => value !== ''),
      columns: columns.map((one) => ({
        name: one.name,
        tag: one.tagName,
        type: one.type,
        filled: one.value !== '',
        options: [...(one.options ?? [])].map((option) => option.value).filter((value) => value !== ''),
      })),
    };
  };
  return [...document.querySelectorAll('#form [data-f]')]
    .filter((field) => !field.hasAttribute('data-off') && !field.hidden)
    .map(listed);
}
