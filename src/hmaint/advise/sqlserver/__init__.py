"""SQL Server 2008 R2 to 2022 by its catalogue; no server of it could be asked, see the tests."""
