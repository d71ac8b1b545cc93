# Checks the rows of the variable instruments. The functions check them too, but only after apply: a wrong row
# fails every heartbeat, and the exchange stays without instruments. The row of the seed (dynamodb.tf) fails the
# plan if there are faults.
#
# test/infra/instruments.test.ts compares this check with the program's.

locals {
  symbol_pattern = "^[A-Z0-9][A-Z0-9._-]{0,23}$"
  asset_pattern  = "^[A-Za-z0-9][A-Za-z0-9._-]{0,23}$"
  # The fraction is without the zeros at its end.
  decimal_pattern = "^(?P<whole>[0-9]+)(?:\\.(?P<fraction>[0-9]*[1-9])0*|\\.0+)?$"

  # Sizes and bounds as integers, because Terraform's fractions are binary: 0.250 is {number = 25, decimals = 2}.
  # null: absent, or not a decimal.
  instrument_numbers = [for row in var.instruments : {
    for name in ["tickSize", "lotSize", "minQuantity", "maxQuantity"] : name => try({
      number   = tonumber(join("", compact([for part in ["whole", "fraction"] : regex(local.decimal_pattern, row[name])[part]])))
      decimals = length(join("", compact([regex(local.decimal_pattern, row[name]).fraction])))
    }, null)
  }]

  # Bounds in units of the lot's last decimal. null: absent, or more decimals than the lot.
  instrument_bounds = [for row in local.instrument_numbers : {
    for name in ["minQuantity", "maxQuantity"] : name => try(
      row[name].decimals <= row.lotSize.decimals ? row[name].number * pow(10, row.lotSize.decimals - row[name].decimals) : null,
      null
    )
  }]

  instrument_rows = { for index, row in var.instruments : coalesce(row.symbol, "-") => index... }

  instrument_checks = [for index, row in var.instruments : [
    { is_met = can(regex(local.symbol_pattern, row.symbol)), rule = "symbol must match ${local.symbol_pattern}" },
    { is_met = local.instrument_rows[coalesce(row.symbol, "-")][0] == index, rule = "symbol must be listed once" },
    { is_met = can(regex(local.asset_pattern, row.base)), rule = "base must match ${local.asset_pattern}" },
    { is_met = can(regex(local.asset_pattern, row.quote)), rule = "quote must match ${local.asset_pattern}" },
    { is_met = local.instrument_sizes_met[index].tickSize, rule = "tickSize must be ${local.size_rule}" },
    { is_met = local.instrument_sizes_met[index].lotSize, rule = "lotSize must be ${local.size_rule}" },
    { is_met = local.instrument_bounds_met[index].minQuantity, rule = "minQuantity must be ${local.bound_rule}" },
    { is_met = local.instrument_bounds_met[index].maxQuantity, rule = "maxQuantity must be ${local.bound_rule}" },
    {
      is_met = try(local.instrument_bounds[index].minQuantity <= local.instrument_bounds[index].maxQuantity, true)
      rule   = "minQuantity must not be above maxQuantity"
    },
  ]]
  size_rule  = "decimal text with at most 12 decimals, and 1 to 1,000,000 units of its last decimal"
  bound_rule = "decimal text of a whole number of lots, at least one, and at most 2^53-1 units of the lot's last decimal"

  instrument_sizes_met = [for row in local.instrument_numbers : {
    for name in ["tickSize", "lotSize"] : name => try(
      row[name].decimals <= 12 && row[name].number >= 1 && row[name].number <= 1000000, false
    )
  }]
  instrument_bounds_met = [for index, row in local.instrument_bounds : {
    for name in ["minQuantity", "maxQuantity"] : name => var.instruments[index][name] == null || try(
      row[name] >= 1 && row[name] <= 9007199254740991 && row[name] % local.instrument_numbers[index].lotSize.number == 0, false
    )
  }]

  # Empty: an exchange accepts every row.
  instrument_faults = concat(
    length(var.instruments) <= 1000 ? [] : ["${length(var.instruments)} rows: an exchange has at most 1,000 instruments"],
    flatten([for index, row in var.instruments : [
      for check in local.instrument_checks[index] : "row ${index + 1}, ${coalesce(row.symbol, "no symbol")}: ${check.rule}" if !check.is_met
    ]])
  )
}
