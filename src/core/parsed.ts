/** What came of reading a text: its value, or what is wrong with it and perhaps how to mend it. */
export type Parsed<Value> =
  | { readonly value: Value; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string; readonly hint?: string | undefined };
