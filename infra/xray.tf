# Traces. A trace of a request has API Gateway and the function, with its start and duration. A trace of the matcher
# has a batch. The functions add no subsegments: the metrics loadMs, commitMs and publishMs show the time of the calls
# to other services. The request id in each record, and its traceId, link a request with its batch. A WebSocket API has
# no traces.

resource "aws_xray_group" "exchange" {
  group_name        = "exchange"
  filter_expression = join(" OR ", [for name in values(local.functions) : "service(\"${name}\")"])

  insights_configuration {
    insights_enabled      = false
    notifications_enabled = false
  }
}

# Traces 1 percent of the requests and batches. A million requests cost 5 cents. A reservoir of one request each
# second would trace every batch of a quiet market, up to 2.6 million a month: $13.
resource "aws_xray_sampling_rule" "exchange" {
  rule_name      = "exchange"
  priority       = 100
  version        = 1
  reservoir_size = 0
  fixed_rate     = 0.01
  host           = "*"
  http_method    = "*"
  resource_arn   = "*"
  service_name   = "?xchange*" # the API is "exchange", the functions are "Exchange..."
  service_type   = "*"
  url_path       = "*"
}
