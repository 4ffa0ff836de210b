create macro divided(a, b) as case when b = 0 then error('ORA-01476: divisor is equal to zero') else a / b end;
create macro number_text(n) as case when n = floor(n) then cast(cast(n as hugeint) as text) else cast(n as text) end;
create macro sys_context(space, asked) as (select max(u."value") from "userenv" u where upper(u."parameter") = upper(asked));
create macro regexp_substr(t, pattern) as nullif(regexp_extract(t, pattern), '');
