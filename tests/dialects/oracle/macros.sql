create macro divided(a, b) as case when b = 0 then error('ORA-01476: divisor is equal to zero') else a / b end
