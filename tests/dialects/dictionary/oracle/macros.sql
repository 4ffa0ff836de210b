create macro sys_context(space, asked) as 'HIS';
create macro number_text(n) as case when n = floor(n) then cast(cast(n as hugeint) as text) else cast(n as text) end;
create macro to_date(said, form) as cast(said as timestamp);
