# Traces. A request is traced from API Gateway to the stream. The matcher's trace starts with the batch.
# The request id in each record links the two.

resource "aws_xray_group" "exchange" {
  group_name        = "exchange"
  filter_expression = "service(\"ExchangeIngest\") OR service(\"ExchangeMatcher\") OR service(\"ExchangeQuery\")"

  insights_configuration {
    insights_enabled      = false
    notifications_enabled = false
  }
}

# Traces the first request of each second, then 1 percent. A million orders cost about 5 cents.
resource "aws_xray_sampling_rule" "exchange" {
  rule_name      = "exchange"
  priority       = 100
  version        = 1
  reservoir_size = 1
  fixed_rate     = 0.01
  host           = "*"
  http_method    = "*"
  resource_arn   = "*"
  service_name   = "?xchange*" # the API is "exchange", the functions are "Exchange..."
  service_type   = "*"
  url_path       = "*"
}
