import { TextInput, TextInputProps } from '@mantine/core';
import { useEffect, useState } from 'react';

type SearchFieldProps = Omit<TextInputProps, 'value' | 'onChange'> & {
  /** As the address carries it. */
  value: string;
  onSearch: (text: string) => void;
};

/** A field whose text goes into the address as it is typed. It shows what is typed, since addresses change a little later. */
export const SearchField = ({ value, onSearch, ...rest }: SearchFieldProps) => {
  const [text, setText] = useState(value);
  const [sent, setSent] = useState(value);
  // Back, forward and "clear" change the address from outside.
  useEffect(() => {
    if (value !== sent) {
      setText(value);
      setSent(value);
    }
  }, [value]);
  return (
    <TextInput
      {...rest}
      value={text}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setText(typed);
        setSent(typed);
        onSearch(typed);
      }}
    />
  );
};
